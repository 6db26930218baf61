import { isStillTrue, withheld } from '../../lib/alert/left-over';
import { nextAlert } from '../../lib/alert/next-alert';
import type { AlertRecord } from '../../lib/alert/record';
import { startOf } from '../../lib/facts/hour';
import type { Verdict } from '../../lib/judge/verdict';
import { NIGHT, RELEASE } from '../worlds/night';

const firing: AlertRecord = { ...NIGHT['first-firing'], status: 'pending' };
const checkIn: AlertRecord = { ...NIGHT['check-in'], status: 'pending' };
const later = (verdict: Verdict, change: Partial<Verdict> = {}): Verdict => ({
  ...verdict,
  hour: verdict.hour + 1,
  ...change,
});
const now = (verdict: Verdict) => startOf(verdict.hour + 1) + 20 * 60_000;
const passing = (verdict: Verdict) =>
  verdict.findings.map((one) => ({ ...one, outcome: 'pass' as const, since: undefined }));
const holds = (record: AlertRecord, verdict: Verdict, onCall: Parameters<typeof isStillTrue>[4] = []) =>
  isStillTrue(record, verdict, RELEASE, now(verdict), onCall);

describe('a message that could not be sent', () => {
  it('is still true while what it says is broken, also when more broke', () => {
    expect(holds(firing, later(firing.verdict))).toBe(true);
    const more = firing.verdict.findings.map((one) => ({ ...one, outcome: 'breach' as const, since: one.since ?? 0 }));
    expect(holds(firing, later(firing.verdict, { findings: more }))).toBe(true);
  });

  it('is not when that recovered, or a silence has begun', () => {
    expect(holds(firing, later(firing.verdict, { findings: passing(firing.verdict) }))).toBe(false);
    const at = now(firing.verdict);
    const silence = { kind: 'silence' as const, at, until: at + 10 * 3_600_000, by: 'Ada', reason: 'upgrade' };
    expect(holds(firing, later(firing.verdict), [silence])).toBe(false);
    expect(
      holds(checkIn, later(checkIn.verdict), [
        { ...silence, at: now(checkIn.verdict), until: now(checkIn.verdict) + 10 * 3_600_000 },
      ]),
    ).toBe(false);
  });

  it('is told with what became of it, when it is no longer true', () => {
    const verdict = later(firing.verdict, { findings: passing(firing.verdict) });
    const next = nextAlert(withheld(firing), verdict, RELEASE, now(verdict))!;
    expect(next).toMatchObject({ change: 'resolved', seq: firing.seq + 1, dedupKey: firing.dedupKey });
    expect(next.remarks![0]).toMatch(/firing \(first firing\); could not be delivered$/);
  });

  it('of a check-in is told as it is now, and the advance that it said is not', () => {
    expect(checkIn.notices[0]!.said).toBe('advance');
    const notices = checkIn.verdict.notices.map((one) =>
      one.kind === 'check-in' ? { ...one, said: 'hold' as const, text: 'hold' } : one,
    );
    const verdict = later(checkIn.verdict, { notices });
    expect(holds(checkIn, later(checkIn.verdict))).toBe(true);
    expect(holds(checkIn, verdict)).toBe(false);
    const next = nextAlert(withheld(checkIn), verdict, RELEASE, now(verdict))!;
    expect(next.notices.find(({ kind }) => kind === 'check-in')).toMatchObject({ said: 'hold', text: 'hold' });
    expect(JSON.stringify(next.remarks ?? [])).not.toContain('advance');
  });
});
