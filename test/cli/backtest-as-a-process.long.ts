import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execPath } from 'node:process';
import { hourText, startOf } from '../../lib/facts/hour';
import { trafficOf } from '../../lib/local/traffic';
import { folder } from '../worlds/console';
import { LAUNCH, MONTH } from '../worlds/moments';
import { scenarioOf } from '../worlds/rollout-facts';

const root = folder();
afterAll(() => rmSync(root, { recursive: true }));

/** The command as a process of its own. */
function process(...args: string[]): string {
  const command = ['bin/stagewatch.mjs', 'backtest', ...args];
  const { status, stdout } = spawnSync(execPath, command, { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

test('the rollout of Document Status as it was pages nobody', () => {
  const names = ['#index', '#show', '#files-we-couldnt-receive'] as const;
  const log = [
    { at: startOf(LAUNCH), stage: 'A', exposure: 0.25, by: 'test' },
    { at: startOf(LAUNCH + 168), stage: 'B', exposure: 0.5, by: 'test' },
  ];
  const traffic = trafficOf(scenarioOf('as-it-was'), 1, log);
  const rows = Array.from({ length: MONTH + 504 }, (_, t) => LAUNCH - MONTH + t).flatMap((hour) =>
    names.flatMap((name) =>
      [...traffic.counts(name, hour)].map(([status, count]) => [hourText(hour), name, status, count].join()),
    ),
  );
  const file = path.join(root, 'counts.csv');
  writeFileSync(file, `hour,endpoint,status,count\n${rows.join('\n')}\n`);
  const stages = log.flatMap(({ at, stage, exposure }) => [
    '--stage',
    `${stage}@${hourText(at / 3_600_000)}=${100 * exposure}%`,
  ]);
  const stdout = process('document-status', '--csv', file, ...stages);
  expect(stdout).toContain('Document Status: 504 hours replayed, 2026-02-11 11:00 EST - 2026-03-04 11:00 EST');
  expect(stdout).toContain('2026-02-18 11:00 EST  stage A, 25 % of users, planned end and last hour: ADVANCE');
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^0 pages and \d notices in 3 weeks: 0 pages a week$/);
});

test('the example of docs/backtest.md pages for its regression only', () => {
  const folder = 'docs/examples/show-regression';
  const stages = ['--stage', 'A@2026-02-11T16:00Z', '--stage', 'B@2026-02-18T16:00Z'];
  const { alerts } = JSON.parse(process(folder, '--csv', `${folder}/counts.csv`, ...stages, '--json'));
  const pages = alerts.filter(({ severity }: { severity: string }) => severity === 'page');
  expect(pages[0]).toMatchObject({ endpoint: '#show', criterion: 'consistentWithBaseline', change: 'firing' });
  expect(pages[0].hour >= '2026-02-21T16:00Z').toBe(true);
});
