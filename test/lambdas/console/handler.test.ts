import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { consoleOperator, consoleReader } from '../../../lambdas/console/handler';
import type { Release } from '../../../lib/release/schema';
import { LAUNCH, tickOf } from '../../worlds/moments';
import { BAD, FINE, fileOf } from '../../worlds/small-release';
import { kindOf, openWorld, type World } from '../../worlds/world';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'console-'));
const OPERATOR = 'arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:Operator';
const CALLED = { awsRequestId: '6f1c', invokedFunctionArn: OPERATOR };

let world: World;
let release: Release;
const lines: string[] = [];
let now = tickOf(LAUNCH + 3) + 10 * 60_000;

/** Two hours in, #show breaks, and people were told. The release's texts are attacks. */
const EVIL = '</style><script>alert(1)</script><img src=x onerror=alert(1)> "\'&';
const STAGES = [
  { name: 'A', exposure: '25%', length: '1 day' },
  { name: 'B<b>&"\'', exposure: '100%', length: '1 day' },
];
const CHANGE = { title: EVIL, team: EVIL, stages: STAGES, plan: 'https://github.com/org/name/blob/main/plan.md' };

beforeAll(async () => {
  world = await openWorld();
  world.heal();
  release = await world.launched(CHANGE);
  world.shows((at) => (at > LAUNCH ? BAD : FINE));
  await world.hours(release, LAUNCH, LAUNCH + 4);
  writeFileSync(path.join(folder, 'releases.json'), JSON.stringify({ [release.name]: fileOf(CHANGE) }));
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const environment = () => ({
  STAGEWATCH_TABLE: world.store.tableName,
  STAGEWATCH_RELEASES: path.join(folder, 'releases.json'),
  STAGEWATCH_OPERATOR: OPERATOR,
});
const context = (more: object = {}, forms: object = {}) => ({
  dashboardName: 'Stagewatch',
  theme: 'dark',
  width: 588,
  height: 369,
  params: { release: release.name },
  forms: { all: forms },
  ...more,
});
const look = (more: object = {}) =>
  consoleReader(environment(), () => now)({ release: release.name, widgetContext: context(), ...more });
const operate = (event: object, forms: object = {}) =>
  consoleOperator(
    environment(),
    (line) => lines.push(line),
    () => now,
  )({ release: release.name, widgetContext: context({}, forms), ...event }, CALLED);

/** What a button of some HTML calls, and with what, as a browser reads it. */
function buttonIn(widget: string, words: string) {
  const [, endpoint, json] = new RegExp(
    `>${words}</a><cwdb-action action="call" display="widget" endpoint="([^"]*)"[^>]*>([^<]*)</cwdb-action>`,
  ).exec(widget)!;
  return { endpoint, event: JSON.parse(json!) };
}
/** Presses a button, looks at what will be, and records it. */
async function recorded(words: string, forms: object) {
  const { event } = buttonIn(await look(), words);
  const seen = await operate(event, forms);
  const { event: confirmed } = buttonIn(seen, 'Record it');
  return { seen, confirmed, done: await operate(confirmed) };
}
const dump = () => world.dump(release);
const textOf = (widget: string) =>
  widget
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the widget', () => {
  test('shows the verdict, what is open, the hours and the plan, with a button for whoever may record', async () => {
    const widget = await look();
    expect(textOf(widget)).toMatch(/ROLL BACK .*stage A, 25 % of users.*Open alerts #show is not below its limit/);
    expect(widget).toContain('<svg class="chart"');
    expect(widget).toContain('href="https://github.com/org/name/blob/main/plan.md"');
    expect(buttonIn(widget, 'Acknowledge what is open')).toEqual({
      endpoint: OPERATOR,
      event: { release: release.name, asked: { act: 'ack' } },
    });
  });

  test('is dark or light as the console is, as wide as it is, and takes what it does not know for light and ordinary', async () => {
    const [dark, light] = [await look(), await look({ widgetContext: context({ theme: 'light', width: 1200 }) })];
    expect(dark).toMatch(/\.stagewatch\.dark\{color-scheme:dark[\s\S]*<div class="stagewatch widget dark">/);
    expect(light).toMatch(/\.stagewatch\.light\{color-scheme:light[\s\S]*<div class="stagewatch widget light">/);
    expect([dark, light].map((one) => /viewBox="0 0 (\d+)/.exec(one)![1])).toEqual(['538', '1000']);
    for (const strange of [undefined, null, [], { theme: '<b>', width: '1' }, { width: 1e9 }])
      expect(await look({ widgetContext: strange })).toContain('viewBox="0 0 550 ');
  });

  test('has no markup from outside, no script and nothing that the console would strip', async () => {
    const widget = await look();
    expect(widget).toContain('&lt;/style&gt;&lt;script&gt;');
    expect(widget).not.toMatch(/<(script|img|iframe|use|link|object)\b|javascript:|url\(/);
    const tags = [...widget.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
    expect(tags.filter((tag) => /\son\w+=/.test(tag))).toEqual([]);
    expect(widget.match(/<\/?style>/g)).toHaveLength(2);
    expect(widget.match(/\sid="([^"]*)"/g)!.length).toBe(new Set(widget.match(/\sid="([^"]*)"/g)).size);
  });

  test('says what it is when CloudWatch asks, whoever is asked', async () => {
    expect(await look({ describe: true })).toMatch(/^## [\s\S]*\*\*release\*\*/);
    expect(await operate({ describe: true })).toBe(await look({ describe: true }));
  });

  test('of a release that the stack does not have is a failure that names those it has', async () => {
    await expect(look({ release: 'constructor' })).rejects.toThrow(
      `release - got "constructor", expected one of ${release.name}`,
    );
  });
});

describe('whoever only reads', () => {
  test.each([
    ['a first call', { asked: { act: 'undo', by: 'x' } }],
    ['a confirmation', { asked: { act: 'undo', by: 'x', at: 1 }, shown: 'x' }],
    ['a digest alone', { shown: 'x' }],
  ])('records nothing by %s, however it is made', async (_, event) => {
    const before = await dump();
    expect(textOf(await look(event))).toContain('Not recorded this function only reads');
    expect(await dump()).toEqual(before);
  });
});

describe('an operator', () => {
  test('sees what will be recorded before it is, and the release as it is afterwards', async () => {
    const before = await dump();
    const { event } = buttonIn(await look(), 'Acknowledge what is open');
    const seen = await operate(event, { by: ' Ada ', note: 'rolling back at 15:00' });
    const words = '#show (below its limit) acknowledged by Ada, in the console: rolling back at 15:00';
    expect(textOf(seen)).toContain(`Not recorded yet. It will be ${words}`);
    expect(/ confirmation="([^"]*)"/.exec(seen)![1]).toContain(`: ${words}`);
    expect(await dump()).toEqual(before);
    const { event: confirmed } = buttonIn(seen, 'Record it');
    const done = await operate(confirmed);
    expect(textOf(done)).toMatch(/Recorded #show \(below its limit\) acknowledged by Ada, in the console.*ROLL BACK/);
    expect(await world.historyOf(release).onCall()).toMatchObject([
      { kind: 'ack', at: now, by: 'Ada, in the console', note: 'rolling back at 15:00' },
    ]);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { release: release.name, act: 'ack', by: 'Ada', recorded: [words], requestId: '6f1c' },
    ]);
  });

  test('who acknowledges is told whether PagerDuty is, where the stack has it', async () => {
    const { event } = buttonIn(await look(), 'Acknowledge what is open');
    const told = consoleOperator(
      { ...environment(), STAGEWATCH_TOPIC: world.sns.topicArn },
      () => {},
      () => now,
    );
    const press = (asked: object, forms: object = {}) =>
      told({ release: release.name, widgetContext: context({}, forms), ...asked }, CALLED);
    world.published.length = 0;
    const seen = await press(event, { by: 'Ada' });
    expect(world.published).toEqual([]);
    const { event: confirmed } = buttonIn(seen, 'Record it');
    world.faults.sns = true;
    expect(textOf(await press(confirmed))).toContain('PagerDuty could not be told, acknowledge the incident there: ');
    world.faults.sns = false;
    expect(textOf(await press(confirmed))).toContain('PagerDuty is told');
    expect(world.published.map(({ attributes }) => attributes)).toEqual([
      { to: { type: 'String', value: 'pagerDuty' } },
    ]);
  });

  test('silences for some hours from the look on, and ends it', async () => {
    now += 60_000;
    const { done } = await recorded('Silence', { by: 'Ada', note: 'upgrade', hours: '4' });
    expect(textOf(done)).toContain(
      'Recorded silence of the release until 2026-02-11 19:31 EST, by Ada, in the console',
    );
    expect(textOf(done)).toContain('Quiet silence by Ada, in the console: upgrade');
    now += 60_000;
    const ended = await recorded('End all silences', { by: 'Bob' });
    expect(textOf(ended.done)).toContain('Recorded silence ended by Bob, in the console');
    expect(textOf(ended.done)).not.toContain('Quiet');
  });

  test('enters a stage as the release file has it, and undoes it', async () => {
    now += 60_000;
    const { confirmed, done } = await recorded('Enter the stage', { by: 'Ada', stage: 'off', note: 'errors' });
    expect(textOf(done)).toMatch(/Recorded 2026-02-11 15:33 EST off, 0 % of users, by Ada, in the console: errors/);
    expect((await world.historyOf(release).stages()).at(-1)).toMatchObject({ stage: 'off', exposure: 0, at: now });
    expect(textOf(await operate(confirmed))).toContain('stage log - it already has an event at');
    now += 60_000;
    const undone = await recorded('Undo the newest stage entry', { by: 'Bob', note: 'it was not' });
    expect(textOf(undone.seen)).toMatch(
      /undone 2026-02-11 15:34 EST by Bob, in the console: it was not what counts now/,
    );
    expect((await world.historyOf(release).stages()).map(({ stage }) => stage)).toEqual(['A']);
  });

  test('takes a stage whose name is an attack for what it is', async () => {
    now += 60_000;
    const { event } = buttonIn(await look(), 'Enter the stage');
    const seen = await operate(event, { by: EVIL, stage: STAGES[1]!.name });
    expect(seen).not.toMatch(/<(script|img)\b/);
    expect(seen.match(/confirmation="([^"]*)"/)![1]).toContain('&lt;script&gt;');
    expect(buttonIn(seen, 'Record it').event.asked).toEqual({
      act: 'enter',
      by: EVIL,
      stage: STAGES[1]!.name,
      at: now,
    });
  });

  test('who has not seen what would be recorded sees it first', async () => {
    const before = await dump();
    const { event } = buttonIn(await look(), 'Undo the newest stage entry');
    const { event: confirmed } = buttonIn(await operate(event, { by: 'Ada' }), 'Record it');
    const { at } = confirmed.asked;
    now += 60_000;
    const others = [
      { ...confirmed, shown: 'guessed' },
      { ...confirmed, asked: { ...confirmed.asked, note: 'something else' } },
      { ...confirmed, asked: { ...confirmed.asked, at: now + 1 } },
      { ...confirmed, asked: { ...confirmed.asked, at: at - 15 * 60_000 } },
    ];
    for (const other of others)
      expect(textOf(await operate(other))).toContain('Not recorded: it is no longer what you saw. Now it would be');
    expect(await dump()).toEqual(before);
    expect(lines).toEqual([]);
  });

  test('a look that is almost 15 minutes old still holds', async () => {
    const { event } = buttonIn(await look(), 'Silence');
    const { event: confirmed } = buttonIn(await operate(event, { by: 'Ada', note: 'x', hours: '1' }), 'Record it');
    now += 15 * 60_000 - 1;
    expect(textOf(await operate(confirmed))).toContain('Recorded silence of the release');
  });

  test.each([
    [{ act: 'ack' }, {}, ['your name - got nothing']],
    [
      { act: 'silence' },
      { by: ' ', hours: '3' },
      ['your name - ', 'note or reason - ', 'silence - got another length'],
    ],
    [{ act: 'enter' }, { by: 'Ada', stage: 'Z' }, ['stage - got Z, expected one of A']],
    [{ act: 'enter' }, { by: 'Ada' }, ['stage - got nothing']],
    [{ act: 'drop' }, { by: 'x'.repeat(101), note: 'x'.repeat(501) }, ['by - got 101', 'note - got 501', 'act - got']],
    [{ act: 'undo', by: { a: 1 } }, {}, ['by - got object, expected text']],
  ])('is told all that is wrong, and nothing is recorded (%#)', async (asked, forms, problems) => {
    const before = await dump();
    const said = textOf(await operate({ asked }, forms));
    for (const problem of ['Not recorded', ...problems]) expect(said).toContain(problem);
    expect(await dump()).toEqual(before);
  });

  test('gets back to the release without recording', async () => {
    const { event, endpoint } = buttonIn(await operate({ asked: { act: 'ack' } }), 'Back');
    expect(endpoint).toBe(OPERATOR);
    expect(textOf(await operate(event))).toMatch(/^ .*Verdict/);
  });
});

test('an environment that lacks everything is one error that names it all', () => {
  const none = { STAGEWATCH_TABLE: ' ', STAGEWATCH_RELEASES: '/nowhere', STAGEWATCH_OPERATOR: 'x' };
  expect(() => consoleReader(none)).toThrow(/STAGEWATCH_TABLE - .*STAGEWATCH_OPERATOR - .*STAGEWATCH_RELEASES - /);
  const { STAGEWATCH_OPERATOR: _, ...alone } = environment();
  expect(() => consoleReader(alone)).toThrow('STAGEWATCH_OPERATOR');
});

test('the bundle does the same as a process of its own, and has one function for each right', async () => {
  const bundle = path.join(folder, 'index.js');
  await run(process.execPath, [path.join(ROOT, 'scripts', 'bundle.mjs'), 'lambdas/console/handler.ts', bundle]);
  const runner = `const functions = require(process.argv[1]);
    const event = JSON.parse(process.argv[2]);
    Promise.all([functions.reader(event), functions.operator({ ...event, asked: { act: 'undo', by: 'Ada' } }, JSON.parse(process.argv[3]))])
      .then((said) => console.log(JSON.stringify(said)))`;
  const aws = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_')));
  const event = JSON.stringify({ release: release.name, widgetContext: context() });
  const { stdout, stderr } = await run(process.execPath, ['-e', runner, bundle, event, JSON.stringify(CALLED)], {
    env: { ...aws, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment() },
    maxBuffer: 10_000_000,
  });
  expect(stderr).toBe('');
  const [shown, asked] = JSON.parse(stdout) as [string, string];
  expect(textOf(shown)).toContain('Verdict');
  expect(shown).toContain('&lt;script&gt;');
  expect(shown).not.toContain('<script');
  expect(textOf(asked)).toContain('Not recorded yet. It will be');
  expect(kindOf(await dump(), 'stage').at(-1)).not.toHaveProperty('undoneAt', now);
});
