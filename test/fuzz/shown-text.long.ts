import fc from 'fast-check';
import stringWidth from 'string-width';
import type { AlertRecord } from '../../lib/alert/record';
import { plain } from '../../lib/facts/format';
import { startOf } from '../../lib/facts/hour';
import { judge } from '../../lib/judge/judge';
import { messageOf } from '../../lib/messages/message';
import type { Release } from '../../lib/release/schema';
import { resultsOf } from '../../lib/results/results';
import { resultsText } from '../../lib/text/results-text';
import { verdictText } from '../../lib/text/verdict-text';
import { problemsOf } from '../worlds/formats';
import { entered, LAUNCH } from '../worlds/moments';
import { hoursOf, RELEASE } from '../worlds/rollout-facts';
import { fuzz } from './campaign';
import { hostileText, UNPRINTABLE } from './hostile-text';

const NEWEST = LAUNCH + 8;
const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const hours = hoursOf(LAUNCH - 48, NEWEST + 1, (at) =>
  at < LAUNCH ? [1000, 10] : at < LAUNCH + 5 ? [1000, 400] : 'unknown',
);
const VERDICT = judge({ ...RELEASE, endpoints: [RELEASE.endpoints[1]!] }, [A], new Map([['#show', hours]]), NEWEST);
const ALERT: AlertRecord = {
  seq: 3,
  at: startOf(NEWEST + 1),
  severity: 'page',
  change: 'firing',
  reason: '',
  changes: [],
  dedupKey: 'document-status/2026-02-13T19:15Z',
  open: [],
  told: [],
  notices: [],
  verdict: VERDICT,
  status: 'pending',
};

const classesNamed = (name: string) => ({ rose: [{ name, errors: 12 }], errors: 20, withClass: 12, since: LAUNCH });

/** A release, its verdict and its alert in which every text that comes from outside is hostile. */
const hostile = fc
  .record({
    title: hostileText,
    team: hostileText,
    name: hostileText,
    reason: hostileText,
    blind: hostileText,
    notice: hostileText,
    stage: hostileText,
  })
  .map(({ title, team, name, reason, blind, notice, stage }) => {
    const release: Release = { ...RELEASE, title, team, endpoints: [{ ...RELEASE.endpoints[1]!, name }] };
    const verdict = {
      ...VERDICT,
      reason,
      findings: VERDICT.findings.map((finding) => ({
        ...finding,
        endpoint: name,
        reason,
        classes: classesNamed(notice),
      })),
      stage: { ...VERDICT.stage!, name: stage },
      blind: { since: LAUNCH, hours: 3, reason: blind },
    };
    return { release, verdict, notice };
  });

test('the alert that is made hostile here has all the parts that an alert can have', () => {
  expect(VERDICT.findings.map(({ outcome }) => outcome)).toContain('breach');
  expect(VERDICT.blind).toBeDefined();
});

fuzz(
  'a message is what each of its readers takes, whatever it speaks of',
  { short: 50, long: 10_000 },
  fc.tuple(hostile, fc.constantFrom('firing', 'worse', 'repeat', 'resolved', 'notice', 'test')),
  ([{ release, verdict, notice }, change]) => {
    const notices = [{ key: 'k', kind: 'drift' as const, text: notice }];
    const severity = change === 'notice' ? 'notice' : 'page';
    const told = { reason: notice, notices, changes: [notice], remarks: [notice] };
    const message = messageOf({ ...ALERT, severity, change, verdict, ...told } as AlertRecord, release);
    expect(problemsOf(message)).toEqual([]);
    const text: string = JSON.parse(message.body).email;
    for (const line of text.split('\n')) {
      expect(line).not.toMatch(UNPRINTABLE);
      if (!line.includes('https://')) expect(stringWidth(line)).toBeLessThanOrEqual(78);
    }
    // Below the headline nothing from outside begins a line.
    const body = text.slice(text.indexOf('\n\n')).split('\n');
    expect(body.filter((line) => line.startsWith('Runbook'))).toHaveLength(1);
  },
);

fuzz(
  'a verdict and results are one visible line for each thing they say',
  { short: 35, long: 5_000 },
  hostile,
  ({ release, verdict }) => {
    const log = [{ ...A, stage: verdict.stage.name }];
    const results = resultsText(
      resultsOf(release, log, new Map([[release.endpoints[0]!.name, hours]]), NEWEST),
      release,
      [],
    );
    for (const line of [...verdictText(verdict, release), ...results]) expect(line).not.toMatch(UNPRINTABLE);
  },
);

fuzz(
  'plain text is one line of visible characters of at most the length asked for, and plain again',
  { short: 165, long: 20_000 },
  fc.tuple(hostileText, fc.integer({ min: 3, max: 80 })),
  ([text, max]) => {
    const shown = plain(text, max);
    expect(shown).not.toMatch(UNPRINTABLE);
    expect(shown.length).toBeLessThanOrEqual(max);
    expect(plain(shown, max)).toBe(shown);
  },
);
