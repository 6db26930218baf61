import fc from 'fast-check';
import { ToggleError } from '../../lib/toggles/answer';
import { newestLine } from '../../lib/toggles/datadog-logs/lines';
import { stateOfGates } from '../../lib/toggles/flipper/gates';
import { piecesOf } from '../../lib/toggles/flipper-page/html';
import { listedOn, stateOfWords } from '../../lib/toggles/flipper-page/list';
import { stateOfValue } from '../../lib/toggles/http/http-toggles';
import { stateOfStrategies } from '../../lib/toggles/unleash/strategies';
import { fuzz } from './campaign';
import { hostileText } from './hostile-text';

const odd = fc.oneof(
  fc.constantFrom(null, true, false, '', '25', '100', '0', '101', '-1', 25, '٢٥', '1e1'),
  hostileText,
  fc.jsonValue(),
);
const gate = (key: string) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constant([{ key, name: key, value: key === 'actors' || key === 'groups' ? [] : null }]),
    },
    odd.map((value) => [{ key, value }]),
    fc.constant([]),
  );
const KEYS = ['boolean', 'expression', 'actors', 'percentage_of_actors', 'percentage_of_time', 'groups'];
const feature = fc.tuple(...KEYS.map(gate)).map((gates) => ({ key: 'one', state: 'off', gates: gates.flat() }));

/** What a reader makes of an answer: a share from 0 to 1, a reason, or the one error that becomes unknown. */
function isSound(read: () => object) {
  try {
    const state = read() as { share?: number; partial?: string };
    if (state.share === undefined) return expect(typeof state.partial).toBe('string');
    expect(state.share).toBeGreaterThanOrEqual(0);
    expect(state.share).toBeLessThanOrEqual(1);
  } catch (error) {
    if (!(error instanceof ToggleError)) throw error;
  }
}

fuzz(
  'any answer in the place of a toggle is a share, a reason or unknown',
  { short: 100, long: 20_000 },
  fc.oneof(odd, feature),
  (answer) => {
    isSound(() => stateOfGates(answer, 'one'));
    isSound(() => stateOfStrategies(answer, 'one', 'production'));
    isSound(() => stateOfValue(answer, 100, '/x'));
  },
);

fuzz(
  'a gate that is missing, or that no Flipper writes, is never taken for off',
  { short: 100, long: 20_000 },
  feature,
  (answer) => {
    const value = (key: string) => answer.gates.find((one) => one.key === key)?.value;
    let share: number | undefined;
    try {
      const state = stateOfGates(answer, 'one');
      share = 'share' in state ? state.share : undefined;
    } catch {
      return;
    }
    if (share !== 0) return;
    for (const key of KEYS.filter((one) => one !== 'expression'))
      expect(answer.gates.map((one) => one.key)).toContain(key);
    expect([null, false, 'false']).toContain(value('boolean'));
    // JSON has a minus zero, which is none.
    for (const key of ['percentage_of_actors', 'percentage_of_time']) expect(Number(value(key) ?? 0) === 0).toBe(true);
    expect(value('groups') ?? []).toEqual([]);
  },
);

fuzz(
  'who has a toggle is in no state and no reason',
  { short: 65, long: 5_000 },
  fc.array(fc.uuid(), { minLength: 1, maxLength: 150 }),
  (people) => {
    const gates = KEYS.map((key) => ({ key, value: key === 'actors' || key === 'groups' ? people : null }));
    const strategies = [{ name: 'userWithId', parameters: { userIds: people.join(',') } }];
    const states = [
      stateOfGates({ key: 'one', gates }, 'one'),
      stateOfStrategies({ name: 'one', environments: [{ name: 'p', enabled: true, strategies }] }, 'one', 'p'),
    ];
    for (const person of people) expect(JSON.stringify(states)).not.toContain(person);
  },
);

const words = fc.oneof(
  fc.constantFrom(
    '',
    'Fully Enabled',
    '25% of actors',
    '1 actor and 25% of actors',
    '2 groups, 1% of actors, and 5% of time',
  ),
  hostileText,
);
const status = fc.oneof(fc.constantFrom('Off', 'On', 'Conditional'), hostileText);

fuzz(
  'a list page of any text is off only where it says so twice, and gives only the names that stand on it',
  { short: 100, long: 20_000 },
  fc.record({ status, words, before: hostileText, within: fc.oneof(fc.constant('one'), hostileText) }),
  (said) => {
    const entry = `<span class="status" title="${said.status}"></span><div class="text-truncate">${said.within}</div><div class="text-muted text-truncate">${said.words}</div>`;
    try {
      for (const one of listedOn(piecesOf(said.before + entry)).filter(({ name }) => name === 'one')) {
        const state = stateOfWords(one);
        if ('share' in state && state.share === 0 && !state.besides)
          expect([one.status, one.words]).toEqual(['Off', '']);
      }
    } catch (error) {
      if (!(error instanceof ToggleError)) throw error;
    }
  },
);

fuzz(
  'any answer in the place of log lines is a line, none or unknown',
  { short: 100, long: 20_000 },
  fc.oneof(
    odd,
    fc.record({
      data: fc.oneof(
        odd,
        fc.array(
          fc.record({
            attributes: fc.record({ timestamp: fc.oneof(fc.constant('2026-02-11T16:00:00Z'), odd), share: odd }),
          }),
        ),
      ),
      meta: fc.oneof(odd, fc.constant({ status: 'done' })),
    }),
  ),
  (answer) => {
    isSound(() => newestLine(answer, { value: '/share', all: 100 })?.state ?? { partial: 'none' });
  },
);
