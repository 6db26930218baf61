import type { AlertRecord } from '../alert/record';
import { plain } from '../facts/format';
import type { Window } from '../facts/window';
import { exposedUsersOf } from '../judge/exposed-users';
import type { Finding, Notice, Verdict } from '../judge/verdict';
import { commandText } from '../release/command-text';
import { atWindow, isDashboard } from '../release/dashboard';
import { type Traces, tracesAt } from '../release/measure/traces';
import { isAddress, pullsAddress } from '../release/plan-address';
import type { Release } from '../release/schema';
import { brokenIn, silentIn } from './open-findings';

/** What to do after a message, and where to look. */
export interface NextSteps {
  /** One sentence; nothing where there is nothing to do. */
  doing?: string;
  /** What belongs to it, to be pasted into a terminal. */
  command?: string;
  /** What turns the release off, while something is broken. */
  toggles: { name: string; link?: string }[];
  runbook: string;
  /** Of a check-in: where the plan's pull request is found, if the release file says in which repository. */
  pullRequest?: string;
  /** Datadog dashboards at the hours that the message speaks of. */
  dashboards: string[];
  /** The traces of the endpoints that it is about, the worst first, at the hours of their counts. */
  traces: ({ endpoint: string } & Traces)[];
}

/** So many toggles, dashboards and endpoints with traces are named; most releases have one or two. */
const NAMED = 3;
/** Longer addresses are left out: no browser or mail client need take them. */
const LONGEST_ADDRESS = 2000;

export function nextStepsOf(alert: AlertRecord, release: Release): NextSteps {
  const { severity, change, verdict, notices, open: members } = alert;
  const broken = brokenIn(verdict);
  const open = severity === 'page' && change !== 'resolved' && change !== 'test';
  const to = verdict.hour + 1;
  const from = Math.min(to - 24, ...broken.slice(0, 20).map(({ window }) => window.from));
  const hours = notices.find(({ window }) => window && window.from < window.to)?.window ??
    past(notices) ?? { from, to };
  const silent = silentIn(verdict).length > 0;
  const isOn = members.some(({ what }) => what === 'toggle');
  const isTakenBack = verdict.recommendation === 'not exposed' && members.some(({ what }) => what !== 'blind');
  const article =
    broken.length > 0
      ? '#a-criterion-is-broken'
      : isOn
        ? '#the-toggle-is-on'
        : verdict.blind
          ? '#blind'
          : silent
            ? '#silent'
            : '';
  const { runbook } = release;
  const plan = change === 'notice' ? planHint(notices, verdict, release) : undefined;
  const entry = isOn
    ? ['stage', 'enter', 'STAGE', '--at', 'WHEN']
    : broken.length > 0 && !isTakenBack && !entersItself(release, verdict)
      ? ['stage', 'enter', 'off']
      : undefined;
  const words = open ? entry : plan?.command;
  const pulls = pullsAddress(release);
  return {
    ...(plan !== undefined && { doing: plan.doing }),
    ...(words !== undefined && { command: commandText(release, ...words) }),
    ...(plan !== undefined && pulls !== undefined && isShort(pulls) && { pullRequest: pulls }),
    ...(open && {
      doing: isOn
        ? `turn off ${allOf(release.toggles)}, or say which stage it is`
        : isTakenBack
          ? 'nobody is exposed: check that the toggle is off, then look for another cause'
          : broken.length > 0
            ? rollBackHint(release, verdict, broken)
            : verdict.blind
              ? 'find out why no data comes; until then nothing passes, and nothing is lost'
              : silent
                ? 'find out whether it was renamed, cut off, or is not measured'
                : 'check by hand whether it is repaired: the verdict does not say so',
    }),
    toggles: open && (broken.length > 0 || verdict.toggles?.onSince !== undefined) ? togglesOf(release) : [],
    // Only this repository's own runbook has these articles.
    runbook: runbook === 'docs/runbook.md' && open ? `${runbook}${article}` : plain(runbook, LONGEST_ADDRESS),
    dashboards: release.links
      .map(({ url }) => url)
      .filter((url) => isDashboard(url) && isShort(url))
      .slice(0, NAMED)
      .map((url) => atWindow(url, hours.from, hours.to)),
    traces: tracesOf(aboutIn(alert, hours), release),
  };
}

/** Whether the toggles write the log by themselves, as far as they can be read; then nobody has to enter a roll-back. */
const entersItself = ({ toggleService }: Release, { toggles }: Verdict): boolean =>
  toggleService?.follow === true && toggles?.standing === 'agrees';

/** Where more fails than the exposed users can make fail, the roll-back alone will not end it. */
function rollBackHint(release: Release, verdict: Verdict, broken: readonly Finding[]): string {
  const { toggles } = release;
  const { recommendation, stage } = verdict;
  const now = recommendation === 'roll back';
  const others = broken.some((finding) => exposedUsersOf(finding, stage)?.othersToo);
  const off = toggles.length === 0 ? 'take the release back' : `turn off ${allOf(toggles)}`;
  return `${now ? 'roll back' : 'do not advance; to roll back'}: ${off}${entersItself(release, verdict) ? '; the stage log follows' : ', then enter it in the stage log'}${others ? '; others fail too, so look for a cause beside the feature as well' : ''}`;
}

const allOf = ({ length }: Release['toggles']): string =>
  length === 1 ? 'the toggle' : length === 2 ? 'both toggles' : `all ${length} toggles`;

/**
 * What is to be written into the plan after a check-in; with the last check of a full release its toggles may go, but
 * not while something is broken or unknown: they are what takes it back.
 */
function planHint(
  notices: readonly Notice[],
  { stage, recommendation }: Verdict,
  release: Release,
): { doing: string; command?: string[] } | undefined {
  const about = notices.flatMap((notice) => notice.of ?? []);
  const { name, plan = 'release-plan.md' } = release;
  const fill = isAddress(plan) ? 'fill the plan in its repository, or review its pull request' : 'fill the plan';
  const command = (option: string, of: string) =>
    isAddress(plan)
      ? {}
      : { command: ['fill', plain(`releases/${name}/${plan}`, LONGEST_ADDRESS), option, plain(of, 40)] };
  const check = release.checks.findLast(({ name }) => about.some((of) => 'check' in of && of.check === name));
  if (check) {
    const isLast = release.checks.every(({ length }) => length <= check.length);
    const isDone = isLast && stage?.exposure === 1 && recommendation === 'advance' && release.toggles.length > 0;
    const doing = `${fill}${isDone ? `; then take ${allOf(release.toggles)} out of the code` : ''}`;
    return { doing, ...command('--check', check.name) };
  }
  const over = release.stages.find(({ name }) => about.some((of) => 'stage' in of && of.stage === name));
  const isOn = over !== release.stages.at(-1) && stage?.name === over?.name;
  const first = isOn ? 'in the next stage, ' : '';
  return over && { doing: `${first}${fill}`, ...command('--stage', over.name) };
}

/** When something broke that was known only after it was over. */
const past = (notices: readonly Notice[]) => notices.find(({ hours }) => hours)?.hours;

interface About {
  endpoint: string;
  window: Pick<Window, 'from' | 'to'>;
}

/** The endpoints that a message is about, the worst first: what is broken, silent, over, or noticed, and its hours. */
function aboutIn({ severity, change, verdict, notices, over = [] }: AlertRecord, hours: About['window']): About[] {
  if (change === 'test') return [];
  const windowOf = (endpoint: string) =>
    verdict.findings.find((finding) => finding.endpoint === endpoint)?.window ?? hours;
  if (severity === 'notice')
    return notices.flatMap(({ endpoint, hours: own }) =>
      endpoint === undefined ? [] : [{ endpoint, window: own ?? windowOf(endpoint) }],
    );
  const recovered = over.flatMap(({ endpoint }) =>
    endpoint === undefined ? [] : [{ endpoint, window: windowOf(endpoint) }],
  );
  if (change === 'resolved') return recovered;
  const silent = silentIn(verdict).map(({ endpoint, silentSince }) => {
    return { endpoint, window: { from: Math.min(hours.from, silentSince!), to: hours.to } };
  });
  return [...brokenIn(verdict), ...silent, ...recovered];
}

/** Of each endpoint once, though several of its criteria may be broken. */
function tracesOf(about: readonly About[], release: Release): NextSteps['traces'] {
  const worst = new Map(about.toReversed().map((one) => [one.endpoint, one]));
  return [...worst.values()]
    .toReversed()
    .flatMap(({ endpoint, window }) => {
      const traces = tracesAt(release, endpoint, window);
      return traces && isShort(traces.failed) ? [{ endpoint: plain(endpoint), ...traces }] : [];
    })
    .slice(0, NAMED);
}

const togglesOf = ({ toggles }: Release) =>
  toggles
    .slice(0, NAMED)
    .map(({ name, link }) => ({ name: plain(name), ...(link !== undefined && isShort(link) && { link }) }));

const isShort = (url: string) => url.length <= LONGEST_ADDRESS;
