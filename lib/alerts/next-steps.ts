import type { AlertRecord } from '../domain/alert';
import { plain } from '../domain/format';
import { type Hour, startOf } from '../domain/hour';
import type { Release } from '../domain/release';
import { brokenIn, silentIn } from './open-findings';

/** What to do after a message, and where to look. */
export interface NextSteps {
  /** One sentence; nothing where there is nothing to do. */
  doing?: string;
  /** What turns the release off, while something is broken. */
  toggles: { name: string; link?: string }[];
  runbook: string;
  /** Datadog dashboards at the hours that the message speaks of. */
  dashboards: string[];
}

/** So many toggles and dashboards are named; releases have one or two. */
const NAMED = 3;
/** Longer addresses are left out: no browser or mail client need take them. */
const LONGEST_ADDRESS = 2000;

export function nextStepsOf({ severity, change, verdict }: AlertRecord, release: Release): NextSteps {
  const broken = brokenIn(verdict);
  const open = severity === 'page' && change !== 'resolved' && change !== 'test';
  const to = verdict.hour + 1;
  const from = Math.min(to - 24, ...broken.slice(0, 20).map(({ window }) => window.from));
  const silent = silentIn(verdict).length > 0;
  const article = broken.length > 0 ? '#a-criterion-is-broken' : verdict.blind ? '#blind' : silent ? '#silent' : '';
  const { runbook } = release;
  return {
    ...(open && {
      doing:
        broken.length > 0
          ? rollBackHint(release, verdict.recommendation === 'roll back')
          : verdict.blind
            ? 'find out why no data comes; until then nothing passes, and nothing is lost'
            : 'find out whether it was renamed, cut off, or is not measured',
    }),
    toggles: open && broken.length > 0 ? togglesOf(release) : [],
    // Only this repository's own runbook has these articles.
    runbook: runbook === 'docs/runbook.md' && open ? `${runbook}${article}` : plain(runbook, LONGEST_ADDRESS),
    dashboards: release.links
      .map(({ url }) => url)
      .filter((url) => isDashboard(url) && isShort(url))
      .slice(0, NAMED)
      .map((url) => atWindow(url, from, to)),
  };
}

function rollBackHint({ toggles }: Release, now: boolean): string {
  const all =
    toggles.length === 1 ? 'the toggle' : toggles.length === 2 ? 'both toggles' : `all ${toggles.length} toggles`;
  const off = toggles.length === 0 ? 'take the release back' : `turn off ${all}`;
  return `${now ? 'roll back' : 'do not advance; to roll back'}: ${off}, then npx stagewatch stage enter off`;
}

const togglesOf = ({ toggles }: Release) =>
  toggles
    .slice(0, NAMED)
    .map(({ name, link }) => ({ name: plain(name), ...(link !== undefined && isShort(link) && { link }) }));

const isShort = (url: string) => url.length <= LONGEST_ADDRESS;
const isDashboard = (url: string) => /^https:\/\/[^/]*(datadoghq|ddog-gov)\.[^/]+\/dashboard\//.test(url);

/** A Datadog dashboard's address, showing the hours [from, to). */
export function atWindow(url: string, from: Hour, to: Hour): string {
  const address = new URL(url);
  address.searchParams.set('from_ts', String(startOf(from)));
  address.searchParams.set('to_ts', String(startOf(to)));
  address.searchParams.set('live', 'false');
  return address.href;
}
