import fc from 'fast-check';
import type { AlertRecord } from '../../lib/alert/record';
import { toggleOffName } from '../../lib/facts/series';
import { alertItem, alertKey, readAlert } from '../../lib/history/items/alert-item';
import { afterAll as afterAllOf, releaseKey } from '../../lib/history/items/item';
import { onCallKey } from '../../lib/history/items/on-call-item';
import { stageKey } from '../../lib/history/items/stage-item';
import { readVerdict, verdictItem, verdictKey } from '../../lib/history/items/verdict-item';
import { snapshotsKey } from '../../lib/history/snapshot-item';
import type { Verdict } from '../../lib/judge/verdict';
import { anyCharacter } from '../fuzz/any-character';

const name = fc.oneof(
  fc.stringMatching(/^[a#%/23u\n]{0,6}$/),
  fc.string({ unit: anyCharacter, maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('\ud800', '\udc00', 'a', '#'), maxLength: 3 }),
);
/** DynamoDB compares keys as UTF-8. */
const bytes = (key: string) => Buffer.from(key, 'utf8').toString('hex');

test('the partition of an endpoint reads like its name', () => {
  expect(snapshotsKey('document-status', '#show')).toBe('document-status#%23show');
  expect(snapshotsKey('document-status', toggleOffName('#show'))).toBe('document-status#%23show (toggle off)');
});

test('two pairs of names share a partition only when they are the same pair', () => {
  fc.assert(
    fc.property(name, name, name, name, (release, endpoint, otherRelease, otherEndpoint) => {
      const same = release === otherRelease && endpoint === otherEndpoint;
      expect(bytes(snapshotsKey(release, endpoint)) === bytes(snapshotsKey(otherRelease, otherEndpoint))).toBe(same);
    }),
    { numRuns: 500 },
  );
});

test('no endpoint lies in the partition of a release, and no key holds a separator of its own', () => {
  fc.assert(
    fc.property(name, name, name, (release, endpoint, other) => {
      expect(snapshotsKey(release, endpoint)).not.toBe(releaseKey(other));
      expect(snapshotsKey(release, endpoint).split('#')).toHaveLength(2);
      expect(releaseKey(release)).not.toMatch(/[#/\p{Cc}]/u);
    }),
  );
});

test.each([
  ['stage', stageKey, { max: Date.parse('9999-12-31') }],
  ['oncall', onCallKey, { max: Date.parse('9999-12-31') }],
  ['verdict', verdictKey, { max: 60_000_000 }],
  ['alert', alertKey, { max: 9_999_999_999 }],
] as const)('the order of %s keys is the order of their numbers', (kind, keyOf, range) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, ...range }), fc.integer({ min: 0, ...range }), (one, other) => {
      expect(Math.sign(Buffer.compare(Buffer.from(keyOf(one)), Buffer.from(keyOf(other))))).toBe(
        Math.sign(one - other),
      );
      expect(keyOf(one) > `${kind}#` && keyOf(one) < afterAllOf(kind)).toBe(true);
    }),
  );
});

test('a document of 32,000 bytes of JSON is a map that people can read; one byte more is packed, and read all the same', () => {
  const said = (reason: string): Verdict => ({
    judge: '1',
    hour: 1,
    recommendation: 'hold',
    reason,
    findings: [],
    notices: [],
  });
  // Two bytes each: bytes count, not characters.
  const around = JSON.stringify(said('')).length;
  const whole = said(`${'ü'.repeat(Math.floor((32_000 - around) / 2))}${'x'.repeat((32_000 - around) % 2)}`);
  const larger = { ...whole, reason: `${whole.reason}x` };
  expect(Buffer.byteLength(JSON.stringify(whole))).toBe(32_000);
  expect(Object.keys(verdictItem('small', whole))).toContain('document');
  expect(Object.keys(verdictItem('small', larger))).toContain('packed');
  expect(Object.keys(verdictItem('small', larger))).not.toContain('document');
  for (const one of [whole, larger]) expect(readVerdict(verdictItem('small', one))).toEqual(one);
});

test('an alert of an older version, which did not say what changed, is still read', () => {
  const { changes, ...old }: AlertRecord = {
    seq: 1,
    at: 0,
    severity: 'page',
    change: 'firing',
    reason: 'first firing',
    changes: ['newly broken: #show (below its limit)'],
    dedupKey: 'k',
    open: [],
    told: [],
    notices: [],
    verdict: { judge: '1', hour: 1, recommendation: 'hold', reason: 'because', findings: [], notices: [] },
    status: 'sent',
  };
  expect(readAlert(alertItem('small', { ...old, changes })).changes).toEqual(changes);
  expect(readAlert(alertItem('small', old as AlertRecord))).toEqual({ ...old, changes: [] });
});

test("a finding of version 0.1.0, which called requests with the toggle off its control, is read with today's name", () => {
  const verdict = { judge: '3', hour: 1, recommendation: 'hold', reason: 'because', notices: [] };
  const findings = [{ outcome: 'pass', control: { requests: 10, errors: 1 } }, { outcome: 'no-data' }];
  expect(readVerdict(verdictItem('small', { ...verdict, findings } as unknown as Verdict)).findings).toEqual([
    { outcome: 'pass', toggleOff: { requests: 10, errors: 1 } },
    { outcome: 'no-data' },
  ]);
});
