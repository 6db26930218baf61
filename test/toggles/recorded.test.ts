import { readFileSync } from 'node:fs';
import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { type RecordedStep, recordedFile } from '../flags/recorder';
import { startAnswering } from '../worlds/answering';
import { compared, expectedLog, type Flags, playedLog } from '../worlds/flag-play';

/** What Flipper 1.4.2 and Unleash 6.10.1 answered after each move; `GOLDEN=write npm run test:flags` renews it. */
const recorded = (name: string): RecordedStep[] => JSON.parse(readFileSync(recordedFile(name), 'utf8'));

let steps: RecordedStep[];
let step: RecordedStep;
let server: Awaited<ReturnType<typeof startAnswering>>;
beforeAll(async () => {
  server = await startAnswering(({ path }) => step.answers[path] ?? [404, '']);
});
afterAll(() => server.close());

const KINDS: [string, (url: string) => Flags['toggleService'], boolean][] = [
  ['flipper-api', (url) => ({ flipper: { url: `${url}/flipper/api` } }), false],
  ['flipper-page', (url) => ({ flipperPage: { url: `${url}/flipper/features`, expressions: 'none' } }), false],
  ['unleash', (url) => ({ unleash: { url, project: 'default', environment: 'production' } }), true],
];

test.each(KINDS)("%s: a real server's answers leave the log of its moves", async (name, serviceAt, exact) => {
  steps = recorded(name);
  step = steps.shift()!;
  let now = step.at;
  const log = await playedLog({
    toggleService: serviceAt(server.url),
    env: { STAGEWATCH_TOGGLE_KEY: 'a-token' },
    clock: () => now,
    async move(percentage) {
      // Before each move, the time is that of its beginning.
      step = steps.shift()!;
      expect(step.move).toBe(percentage);
      now = step.at;
    },
  });
  expect(log.map(compared)).toEqual(expectedLog(exact));
});

test.each(['archived', 'deleted'])(
  'unleash: a toggle that was %s is gone, and one that never was is not',
  async (move) => {
    step = recorded('unleash').find((one) => one.move === move)!;
    const service = toggleServiceOf(
      { toggleService: { unleash: { url: server.url, project: 'default', environment: 'production' } } } as never,
      {
        env: { STAGEWATCH_TOGGLE_KEY: 'a-token' },
      },
    )!;
    const [one, none] = await service.read(['one', 'none'], step.at);
    expect(one!.state).toEqual({ unknown: 'it was archived or deleted at Unleash', gone: true });
    expect(none!.state).toEqual({ unknown: 'Unleash knows no toggle of that name in project default' });
  },
);
