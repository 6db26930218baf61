import { instantText, parseInstant } from '../facts/hour';
import { OFF, type StageEvent } from '../facts/stage';
import type { Release } from '../release/schema';
import { exposureAt } from '../release/toggles/exposed-share';
import { readShare } from './arguments';

const ENTRY = /^(.+)@([^@=]+)(?:=([^@=]+))?$/;

/**
 * A stage log from the command line, oldest first: "A@2024-02-05T00:00Z=25%" for each entry, without "=25%" for the
 * release file's exposure, which is what each toggle is set to; "off@2024-02-07T00:00Z" for a roll-back; and all that is wrong with it.
 */
export function readStages(
  entries: readonly string[],
  release: Pick<Release, 'stages' | 'toggles' | 'exposed'>,
): { log: StageEvent[]; problems: string[] } {
  const { stages } = release;
  const problems: string[] = [];
  const log: StageEvent[] = [];
  const names = [...stages.map((one) => one.name), OFF];
  for (const entry of entries) {
    const said = `--stage ${entry} -`;
    const [, name, instant, share] = ENTRY.exec(entry) ?? [];
    if (name === undefined || instant === undefined) {
      problems.push(`${said} expected STAGE@INSTANT=EXPOSURE, such as A@2024-02-05T00:00Z=25%`);
      continue;
    }
    const planned = stages.find((one) => one.name === name);
    const at = parseInstant(instant);
    const exposure = share === undefined ? (planned?.exposure ?? 0) : readShare(share);
    if (!names.includes(name)) problems.push(`${said} got stage ${name}, expected one of ${names.join(', ')}`);
    if (at === undefined)
      problems.push(`${said} got ${instant}, expected an instant with its offset, such as 2024-02-05T00:00Z`);
    else if (log.some((event) => event.at === at))
      problems.push(`${said} got a second event at ${instantText(at)}, expected one at a time`);
    if (exposure === undefined) problems.push(`${said} got ${share}, expected a share of users from 0% to 100%`);
    else if (planned && exposure === 0)
      problems.push(`${said} got 0%, expected more; ${OFF}@${instant} is a roll-back`);
    else if (name === OFF && exposure > 0) problems.push(`${said} got ${share}, expected none: "${OFF}" is 0 %`);
    if (at !== undefined && exposure !== undefined)
      log.push({
        at,
        stage: name,
        ...exposureAt(release, exposure),
        ...(planned && { plannedExposure: planned.exposure }),
        by: 'backtest',
      });
  }
  return { log: log.sort((a, b) => a.at - b.at), problems };
}
