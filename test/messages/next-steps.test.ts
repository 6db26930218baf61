import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AlertRecord } from '../../lib/alert/record';
import { startOf } from '../../lib/facts/hour';
import type { Recommendation } from '../../lib/judge/verdict';
import { chatOf } from '../../lib/messages/chat';
import { emailOf } from '../../lib/messages/email';
import { nextStepsOf } from '../../lib/messages/next-steps';
import { commandText } from '../../lib/release/command-text';
import { atWindow } from '../../lib/release/dashboard';
import { emailProblems } from '../worlds/formats';
import { LAUNCH } from '../worlds/moments';
import { brokenFinding, NIGHT, RELEASE } from '../worlds/night';

const { 'first-firing': firing, blind, silent, resolved } = NIGHT;
const hold: AlertRecord = { ...firing, verdict: { ...firing.verdict, recommendation: 'hold' } };

describe('the next steps', () => {
  it('are to roll back where the verdict says so, else not to advance', () => {
    const doing = (alert: AlertRecord, toggles = RELEASE.toggles) => nextStepsOf(alert, { ...RELEASE, toggles }).doing;
    const [one] = RELEASE.toggles;
    expect(doing(firing)).toBe('roll back: turn off both toggles, then enter it in the stage log');
    expect(doing(hold, [one!])).toBe(
      'do not advance; to roll back: turn off the toggle, then enter it in the stage log',
    );
    expect(doing(firing, [one!, one!, one!, one!])).toContain('turn off all 4 toggles, then');
    expect(doing(hold, [])).toBe('do not advance; to roll back: take the release back, then enter it in the stage log');
  });

  it('ask nobody to enter a roll-back that the toggles enter, as far as they can be read', () => {
    const release = {
      ...RELEASE,
      toggleService: { flipper: { url: 'https://flags.example.test/' }, follow: true },
    };
    const said = { at: 0, toggles: [], said: '', holds: false };
    const stepsWith = (standing: 'agrees' | 'unknown') =>
      nextStepsOf({ ...firing, verdict: { ...firing.verdict, toggles: { ...said, standing } } }, release);
    expect(stepsWith('agrees').doing).toBe('roll back: turn off both toggles; the stage log follows');
    expect(stepsWith('agrees')).not.toHaveProperty('command');
    expect(stepsWith('unknown').doing).toBe('roll back: turn off both toggles, then enter it in the stage log');
    expect(stepsWith('unknown').command).toContain('stage enter off');
  });

  it('are to look beside the feature, too, where more fails than the exposed users can make fail', () => {
    const findings = [{ ...brokenFinding, pooled: { requests: 1000, errors: 600 } }];
    const outage = { ...firing, verdict: { ...firing.verdict, findings } };
    expect(nextStepsOf(outage, RELEASE).doing).toBe(
      'roll back: turn off both toggles, then enter it in the stage log; others fail too, so look for a cause beside the feature as well',
    );
    expect(emailOf(outage, RELEASE)).not.toContain('not the feature alone');
    expect(nextStepsOf(firing, RELEASE).doing).not.toContain('others');
  });

  it('name the toggles only while something is broken', () => {
    expect(nextStepsOf(firing, RELEASE).toggles.map(({ name }) => name)).toEqual(
      RELEASE.toggles.map(({ name }) => name),
    );
    for (const alert of [blind, silent, resolved]) expect(nextStepsOf(alert, RELEASE).toggles).toEqual([]);
  });

  it('link an article that the runbook has', () => {
    const headings = readFileSync(path.join(__dirname, '../../docs/runbook.md'), 'utf8').match(/^## .*$/gm)!;
    const anchors = headings.map((one) => `#${one.slice(3).toLowerCase().replaceAll(' ', '-')}`);
    const articles = [firing, blind, silent].map((alert) => nextStepsOf(alert, RELEASE).runbook.replace(/^[^#]*/, ''));
    expect(new Set(articles).size).toBe(3);
    expect(anchors).toEqual(expect.arrayContaining(articles));
  });

  it('of a check-in are to fill the plan, and after the last check of a full release to remove the toggles', () => {
    const { 'check-in': stageEnd } = NIGHT;
    const steps = (check: string | undefined, exposure: number, recommendation: Recommendation = 'advance') => {
      const { doing, command } = nextStepsOf(
        {
          ...stageEnd,
          notices: [{ key: 'k', kind: check ? 'check-in' : 'drift', text: '', ...(check && { of: { check } }) }],
          verdict: { ...stageEnd.verdict, stage: { ...stageEnd.verdict.stage!, exposure }, recommendation },
        },
        RELEASE,
      );
      return [doing, command];
    };
    const fill = (...part: string[]) =>
      commandText(RELEASE, 'fill', 'releases/document-status/release-plan.md', ...part);
    expect(nextStepsOf(stageEnd, RELEASE)).toMatchObject({
      doing: 'in the next stage, fill the plan',
      command: fill('--stage', 'A'),
    });
    expect(steps('1-week', 1)).toEqual(['fill the plan', fill('--check', '1-week')]);
    const last = fill('--check', '1-month');
    expect(steps('1-month', 1)).toEqual(['fill the plan; then take both toggles out of the code', last]);
    expect(steps('1-month', 0.9)).toEqual(['fill the plan', last]);
    expect(steps('1-month', 1, 'hold')).toEqual(['fill the plan', last]);
    expect(steps('1-month', 1, 'roll back')).toEqual(['fill the plan', last]);
    expect(steps(undefined, 1)).toEqual([undefined, undefined]);
  });

  it('have a command of their own line, whole, where there is one', () => {
    const run = (alert: AlertRecord) => nextStepsOf(alert, RELEASE).command;
    expect(run(firing)).toBe(
      'npx --no-install stagewatch --stack Stagewatch --region us-gov-west-1 stage enter off --release document-status',
    );
    expect(emailOf(firing, RELEASE)).toContain(`\nRun     ${run(firing)}\n`);
    expect(JSON.stringify(chatOf(firing, RELEASE).content.nextSteps)).toContain(run(firing));
    for (const alert of [blind, silent, resolved, NIGHT['goes-on']]) expect(run(alert)).toBeUndefined();
  });

  it("of a check-in say where the plan's pull request is, if the release file says in which repository", () => {
    const plan = 'https://github.com/org/plans/blob/main/plan.md';
    const pullRequest = 'https://github.com/org/plans/pulls?q=is%3Apr%20head%3Astagewatch%2Fdocument-status';
    const release = { ...RELEASE, plan };
    const review = 'fill the plan in its repository, or review its pull request';
    expect(nextStepsOf(NIGHT['check-in'], release)).toMatchObject({
      doing: `in the next stage, ${review}`,
      pullRequest,
    });
    expect(nextStepsOf(NIGHT['last-check'], release).doing).toBe(`${review}; then take both toggles out of the code`);
    expect(emailOf(NIGHT['check-in'], release)).toContain(`\nPlan    ${pullRequest}\n`);
    expect(emailProblems(emailOf(NIGHT['check-in'], release))).toEqual([]);
    expect(JSON.stringify(chatOf(NIGHT['check-in'], release))).toContain(`The plan's pull request: ${pullRequest}`);
    for (const other of [nextStepsOf(firing, release), nextStepsOf(NIGHT['check-in'], { ...RELEASE, plan: 'plan.md' })])
      expect(other).not.toHaveProperty('pullRequest');
    expect(nextStepsOf(NIGHT['check-in'], { ...RELEASE, plan: 'the plan.md' }).command).toContain(
      `fill 'releases/document-status/the plan.md' --stage A`,
    );
  });

  it("leave a team's own runbook as it is", () => {
    const runbook = 'https://example.org/runbook';
    expect(nextStepsOf(firing, { ...RELEASE, runbook }).runbook).toBe(runbook);
  });

  it('link each Datadog dashboard at the hours that the message speaks of, and no page that has no such thing', () => {
    const { dashboards } = nextStepsOf(firing, RELEASE);
    expect(dashboards).toHaveLength(1);
    const address = new URL(dashboards[0]!);
    expect(address.pathname).toBe('/dashboard/8me-h86-qmb/benefits-claim-status-tool-dashboard');
    expect(Number(address.searchParams.get('from_ts'))).toBeLessThanOrEqual(startOf(firing.open[0]!.since));
    expect(address.searchParams.get('to_ts')).toBe(String(startOf(firing.verdict.hour + 1)));
  });

  it('link them at the window that a check-in looks back over', () => {
    for (const alert of [NIGHT['check-in'], NIGHT['last-check']]) {
      const { searchParams } = new URL(nextStepsOf(alert, RELEASE).dashboards[0]!);
      const { from, to } = alert.notices[0]!.window!;
      expect([searchParams.get('from_ts'), searchParams.get('to_ts')]).toEqual(
        [from, to].map((at) => `${startOf(at)}`),
      );
    }
    const { 'check-in': stageEnd } = NIGHT;
    const [notice] = stageEnd.notices;
    const noHour = { ...notice!, window: { ...notice!.window!, to: notice!.window!.from } };
    expect(nextStepsOf({ ...stageEnd, notices: [noHour] }, RELEASE).dashboards[0]).toContain(
      `&to_ts=${startOf(stageEnd.verdict.hour + 1)}&`,
    );
  });

  describe('lead to the errors and to all requests of each endpoint that the message is about', () => {
    const hoursOf = (alert: AlertRecord) =>
      nextStepsOf(alert, RELEASE).traces.map(({ endpoint, all, failed }) => {
        const [of, ofFailed] = [all, failed].map((url) => new URL(url).searchParams);
        expect(of!.get('query')).toContain(`controller${endpoint}"`.slice(-10));
        expect(ofFailed!.get('query')).toContain('status:error');
        const [from, to] = ['start', 'end'].map((key) => Number(of!.get(key)) / 3_600_000);
        expect([ofFailed!.get('start'), ofFailed!.get('end')]).toEqual([of!.get('start'), of!.get('end')]);
        return [endpoint, from, to];
      });
    const windowIn = ({ verdict }: AlertRecord, endpoint: string) => {
      const { from, to } = verdict.findings.find((finding) => finding.endpoint === endpoint)!.window;
      return [endpoint, from, to];
    };
    const notice = NIGHT['check-in'];
    const noticed = (about: object) => ({
      ...notice,
      notices: [{ key: 'k', kind: 'drift' as const, text: '', ...about }],
    });

    it('of a page: what is broken at the hours of its counts, and what is silent at those around it', () => {
      expect(hoursOf(firing)).toEqual([windowIn(firing, '#show')]);
      const to = silent.verdict.hour + 1;
      const since = silent.verdict.findings.find(({ silentSince }) => silentSince !== undefined)!;
      expect(hoursOf(silent)).toEqual([[since.endpoint, Math.min(to - 24, since.silentSince!), to]]);
      expect(hoursOf(blind)).toEqual([]);
    });

    it('of an all-clear: what recovered, at the last day where it is judged no more', () => {
      const to = resolved.verdict.hour + 1;
      const over = [...new Set(resolved.over!.map(({ endpoint }) => endpoint))];
      expect(hoursOf(resolved)).toEqual(over.map((endpoint) => [endpoint, to - 24, to]));
      expect(over).toHaveLength(2);
      const judged = { ...resolved, verdict: firing.verdict, over: [{ endpoint: '#show', what: 'silent' as const }] };
      expect(hoursOf(judged)).toEqual([windowIn(firing, '#show')]);
    });

    it('of a notice: the endpoint that it names, at its own hours where it has any; of the release none', () => {
      expect(hoursOf(noticed({ endpoint: '#show' }))).toEqual([windowIn(notice, '#show')]);
      const hours = { from: LAUNCH + 3, to: LAUNCH + 5 };
      const past = noticed({ kind: 'past', endpoint: '#show', hours });
      expect(hoursOf(past)).toEqual([['#show', hours.from, hours.to]]);
      expect(nextStepsOf(past, RELEASE).dashboards[0]).toContain(`from_ts=${startOf(hours.from)}&`);
      expect(hoursOf(notice)).toEqual([]);
      expect(hoursOf(NIGHT.test)).toEqual([]);
    });

    it('stand in e-mail and chat; where an e-mail has no room for both, in the errors', () => {
      const labels = (alert: AlertRecord) =>
        [...emailOf(alert, RELEASE).matchAll(/^(Look|Errors|Traces) /gm)].map(([, one]) => one);
      for (const alert of [firing, silent, resolved, noticed({ endpoint: '#show' })]) {
        expect(labels(alert)).toEqual(['Look', 'Errors', 'Traces']);
        expect(chatOf(alert, RELEASE).content.nextSteps.join()).toMatch(/Errors of .*Traces of .*Dashboard/);
        expect(emailProblems(emailOf(alert, RELEASE))).toEqual([]);
      }
      const links = Array(3).fill(RELEASE.links.find(({ url }) => url.includes('/dashboard/')));
      const toggles = Array(3).fill(RELEASE.toggles[0]);
      expect(chatOf(firing, { ...RELEASE, links, toggles }).content.nextSteps).toHaveLength(10);
      expect(labels(NIGHT['goes-on'])).toEqual(['Look', 'Errors']);
    });
  });

  it('leave out an address that no browser need take', () => {
    const link = `https://example.org/${'x'.repeat(2000)}`;
    const url = `https://x.ddog-gov.com/dashboard/${'x'.repeat(2000)}`;
    const release = { ...RELEASE, toggles: [{ name: 'one', link }], links: [{ title: 'long', url }] };
    expect(nextStepsOf(firing, release)).toMatchObject({ toggles: [{ name: 'one' }], dashboards: [] });
    expect(nextStepsOf(firing, release).toggles[0]).not.toHaveProperty('link');
  });
});

describe('the address of a dashboard', () => {
  it('shows the hours and stands still, and keeps what else it asks for', () => {
    const address = new URL(
      atWindow('https://vagov.ddog-gov.com/dashboard/abc?tpl_var_env=prod&live=true#x', LAUNCH, LAUNCH + 1),
    );
    expect(Object.fromEntries(address.searchParams)).toEqual({
      tpl_var_env: 'prod',
      live: 'false',
      from_ts: String(startOf(LAUNCH)),
      to_ts: String(startOf(LAUNCH + 1)),
    });
    expect(address.hash).toBe('#x');
  });
});
