import { memberIdOf, memberText } from '../../lib/alert/member';
import { startOf } from '../../lib/facts/hour';
import { shownEndpoints } from '../../lib/text/endpoint';
import { stageText } from '../../lib/text/sentences';
import { type ViewFacts, viewOf } from '../../lib/text/view';
import { entered, LAUNCH } from '../worlds/moments';
import { A, MOMENTS } from '../worlds/page-moments';
import { CONSISTENT, RELEASE } from '../worlds/rollout-facts';

const endpointOf = (facts: ViewFacts, name: string) => viewOf(facts).endpoints.find((one) => one.name === name)!;

describe('a view', () => {
  test('before the first run says nothing of any criterion, and no hour is zero', () => {
    const view = viewOf({ ...MOMENTS['not-launched'], verdict: undefined, snapshots: new Map() });
    expect(view.verdict).toBeUndefined();
    expect(view.data).toEqual({});
    expect(view.endpoints.map(({ outcome, unknown, pooled }) => [outcome, unknown, pooled])).toEqual(
      RELEASE.endpoints.map(() => [undefined, 48, { requests: 0, errors: 0 }]),
    );
    expect(view.endpoints[0]!.hours[47]).toEqual({
      hour: '2026-02-11T15:00Z',
      kind: 'unknown',
      reason: 'not recorded',
    });
  });

  test('has the stage, the reasons, and what each criterion still needs', () => {
    const view = viewOf(MOMENTS.quiet);
    expect(view.judgedUpTo).toBe('2026-02-14T05:00Z');
    expect(view.verdict).toMatchObject({
      recommendation: 'hold',
      stage: { name: 'A', exposure: 0.25, since: '2026-02-11T16:00Z', plannedEnd: '2026-02-18T16:00Z' },
      nextCheckIn: '2026-02-18T16:00Z',
    });
    const [thin] = endpointOf(MOMENTS.quiet, '#files-we-couldnt-receive').criteria;
    expect(thin).toMatchObject({ outcome: 'inconclusive', reportOnly: true, needed: 67 });
    expect(Date.parse(thin!.expectedAt!)).toBeGreaterThan(MOMENTS.quiet.now);
    expect(view).toMatchObject({ open: [], quiet: [], heldBack: [], messages: [] });
  });

  test('counts the hours that are known, and takes an unknown one for neither good nor bad', () => {
    const { hours, unknown, pooled } = endpointOf(MOMENTS.open, '#index');
    const counted = hours.filter((hour) => hour.kind === 'counted');
    expect([hours.length, counted.length, unknown]).toEqual([48, 47, 1]);
    expect(hours.find((hour) => hour.kind === 'unknown')).toMatchObject({ reason: 'Datadog has no data' });
    expect(pooled.requests).toBe(counted.reduce((sum, hour) => sum + hour.requests, 0));
  });

  test('has the highest hour, the first of those that are as high, and none where nothing failed', () => {
    const { highest, hours } = endpointOf(MOMENTS.open, '#show');
    const rates = hours.map((hour) => (hour.kind === 'counted' ? hour.errors / hour.requests : 0));
    expect(highest!.window.from).toBe(hours[rates.indexOf(Math.max(...rates))]!.hour);
    expect(highest!.errors / highest!.requests).toBe(Math.max(...rates));
    const { release, snapshots } = MOMENTS.quiet;
    const never = new Map([...snapshots].map(([name]) => [name, new Map()]));
    expect(viewOf({ ...MOMENTS.quiet, release, snapshots: never }).endpoints.map((one) => one.highest)).toEqual(
      release.endpoints.map(() => undefined),
    );
  });

  test('an endpoint is as bad as its worst criterion, and the release ceiling is shown only where it is broken', () => {
    expect(endpointOf(MOMENTS.open, '#show')).toMatchObject({ outcome: 'breach', criteria: [{ rollBack: true }] });
    expect(endpointOf(MOMENTS.open, '#index')).toMatchObject({ outcome: 'pass', criteria: [{ outcome: 'pass' }] });
  });

  test('tells how late the data is', () => {
    expect(viewOf(MOMENTS.open).data).toEqual({ countedTo: '2026-02-14T08:00Z', unjudged: 0 });
    expect(viewOf(MOMENTS.blind).data).toEqual({ countedTo: '2026-02-13T14:00Z', unjudged: 0 });
    const late = { ...MOMENTS.open, now: MOMENTS.open.now + startOf(5) };
    expect(viewOf(late).data).toEqual({ countedTo: '2026-02-14T08:00Z', unjudged: 5 });
    const { hours } = endpointOf(late, '#show');
    expect(hours.slice(-6).map(({ kind }) => kind)).toEqual(['counted', ...Array(5).fill('unknown')]);
  });

  test('tells what is open, who works on it, and the newest message first', () => {
    const { open, messages } = viewOf(MOMENTS.open);
    expect(open).toEqual([
      {
        key: '#show/consistentWithBaseline',
        endpoint: '#show',
        what: 'consistentWithBaseline',
        text: '#show is not consistent with the baseline',
        since: '2026-02-13T03:00Z',
        rollBack: true,
        window: { name: 'since it opened', from: '2026-02-13T03:00Z', to: '2026-02-14T08:00Z' },
        link: expect.stringContaining(`from_ts=${Date.parse('2026-02-13T03:00Z')}&`),
        acknowledged: { at: '2026-02-14T08:25Z', by: 'Ada', note: 'rolling back at 15:00' },
      },
    ]);
    expect(messages.map(({ at, kind }) => [at, kind])).toEqual([
      ['2026-02-14T08:20Z', 'ALARM'],
      ['2026-02-13T07:20Z', 'ALARM'],
    ]);
  });

  test('a silence makes no verdict better, and what it held back is told', () => {
    const view = viewOf(MOMENTS.silenced);
    expect(view.verdict!.recommendation).toBe('roll back');
    expect(view.quiet).toEqual([
      { from: expect.any(String), to: '2026-02-15T01:20Z', why: 'silence by dana: database upgrade' },
    ]);
    expect(view.heldBack.length).toBeGreaterThan(0);
    expect(view.messages.map(({ status }) => status)).toEqual(view.heldBack.map(() => 'held'));
  });

  test('says that a stage was entered after the hours that are judged, but not one to come', () => {
    const entering = (text: string) => viewOf({ ...MOMENTS.quiet, log: [A, entered(text, 'B', 0.5)] }).entered;
    expect(entering('2026-02-14T05:10Z')).toEqual({ stage: 'B', exposure: 0.5, at: '2026-02-14T05:10Z' });
    expect(entering('2026-02-14T05:20Z')).toBeDefined();
    expect(entering('2026-02-14T05:21Z')).toBeUndefined();
    expect(entering('2026-02-14T04:59Z')).toBeUndefined();
  });

  test('says what a toggle said, and since when', () => {
    const byToggle = { by: 'toggle one', byToggle: true as const };
    const log = [{ ...A, ...byToggle }, entered('2026-02-14T05:04Z', 'B', 0.5, byToggle)];
    const verdict = { ...MOMENTS.quiet.verdict!, stage: { ...MOMENTS.quiet.verdict!.stage!, toggle: 0.25 } };
    const view = viewOf({ ...MOMENTS.quiet, log, verdict });
    expect(stageText(view)).toMatch(
      /^stage A, 25 % by the toggle since 2026-02-11 11:00 EST.*; since 2026-02-14 00:04 EST stage B, 50 % by the toggle, which/,
    );
    expect(view.stays[0]).toMatchObject({ stage: 'A', byToggle: true });
  });

  test('is JSON as it is', () => {
    for (const facts of Object.values(MOMENTS)) {
      const view = viewOf(facts);
      expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    }
  });

  test('marks the hour in which a stage was entered', () => {
    const entries = endpointOf(MOMENTS['not-launched'], '#show').hours.filter((hour) => hour.entered);
    expect(entries).toEqual([]);
    const { hours } = endpointOf({ ...MOMENTS.quiet, now: startOf(LAUNCH + 20) }, '#show');
    expect(hours.filter((hour) => hour.entered).map(({ hour, entered: stage }) => [hour, stage])).toEqual([
      ['2026-02-11T16:00Z', 'A'],
    ]);
  });
});

describe('of many endpoints', () => {
  const many = (length: number) => ({
    ...RELEASE,
    endpoints: Array.from({ length }, (_, index) => ({ name: `#${index}`, tag: 'x', criteria: [CONSISTENT] })),
  });

  test('all of 50 are shown, in their own order', () => {
    expect(shownEndpoints(many(50), MOMENTS.open.verdict)).toEqual(many(50).endpoints.map(({ name }) => name));
  });

  test('of more the worst 50, and how many are left out', () => {
    const release = many(51);
    const verdict = {
      ...MOMENTS.open.verdict!,
      findings: release.endpoints.map(({ name }, index) => ({
        ...MOMENTS.open.verdict!.findings[0]!,
        endpoint: name,
        outcome: index === 50 ? ('breach' as const) : ('pass' as const),
      })),
    };
    const view = viewOf({ ...MOMENTS.open, release, verdict });
    expect(view.endpoints.map(({ name }) => name).slice(0, 2)).toEqual(['#50', '#0']);
    expect([view.endpoints.length, view.leftOut]).toEqual([50, 1]);
  });
});

test.each([
  ['#show/ceiling', '#show is not below the release ceiling'],
  ['a/b/below', 'a/b is not below its limit'],
  ['#show/silent', '#show is silent'],
  ['blind', 'no data comes in'],
])('the open member %s is told as: %s', (key, text) => expect(memberText(memberIdOf(key))).toBe(text));
