import { plain, plural } from '../../facts/format';
import type { Snapshots } from '../../facts/snapshot';
import type { StageEvent } from '../../facts/stage';
import type { Window } from '../../facts/window';
import { LONGEST_READY_LINE } from '../../judge/notices/check-ins';
import type { Finding, Notice, Verdict } from '../../judge/verdict';
import type { Release } from '../../release/schema';
import { eventQueriesOf } from '../../release/source-section';
import type { EventCount } from '../../results/event-count';
import type { ResultWindow } from '../../results/results';
import { MARKDOWN } from '../markdown/markup';
import { downstreamAnswer } from './downstream';
import { errorsText } from './errors-logged';
import { type Known, knownAt } from './known';
import { kpiText } from './kpis';
import { rateText } from './rates';
import { usersAnswer } from './users';

/** So many endpoints have a line each; of the rest only how many they are. */
const MOST_ENDPOINTS = 30;

/** Notices of which the check-ins have {@link readyLines}. */
export const withReady = (
  notices: readonly Notice[],
  { recommendation }: Pick<Verdict, 'recommendation'>,
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  counts: readonly EventCount[],
): Notice[] =>
  notices.map((notice) => {
    const { window } = notice;
    if (!window) return notice;
    // A mail client links no words.
    const known = knownAt({ ...release, links: [] }, log, snapshots, window.to - 1, counts);
    return { ...notice, ready: readyLines(window, known, recommendation === 'advance') };
  });

/**
 * What a person would paste into the plan's Results after a check-in, a line for each question, in the words of `fill`
 * but without links: users, each endpoint's rate, downstream, errors, and how the KPIs compare to the criteria. What
 * nobody knows is left to `fill` as a blank.
 *
 * @param wanted what the check-in looks back over
 * @param known of just before their end
 * @param isDone whether nothing holds the release
 * @returns no line when no stage or check has this name and these hours
 */
export function readyLines({ name, from, to }: Window, known: Known, isDone = false): string[] {
  const window = known.windows.find((one) => one.name === name && one.from === from && one.to === to);
  if (!window) return [];
  const users = usersAnswer(window, known, MARKDOWN);
  const downstream = downstreamAnswer(window, known, MARKDOWN);
  const rates = window.results.map(
    (result) =>
      `${MARKDOWN.text(result.endpoint)}: ${rateText(result, window, known, MARKDOWN)?.text ?? 'no hour was counted'}`,
  );
  const left = rates.length - MOST_ENDPOINTS;
  return [
    `Estimated number of users: ${textOr(users)}`,
    ...eventQueriesOf(known.release).usersOf.map(
      (page) => `Users of ${MARKDOWN.text(page.name)}: ${textOr(usersAnswer(window, known, MARKDOWN, { page }))}`,
    ),
    ...rates.slice(0, MOST_ENDPOINTS),
    ...(left > 0 ? [`and ${plural(left, 'more endpoint')}; the command results has all`] : []),
    ...(downstream ? [`Downstream services: ${'text' in downstream ? downstream.text : downstream.open}`] : []),
    `Types of errors logged: ${errorsText(window, known, MARKDOWN)?.text ?? 'no hour was counted'}`,
    `KPIs against the plan's own definition of success: ${kpiText(window, known)}`,
    ...(isDone ? togglesLine(window, known) : []),
  ].map((line) => plain(line, LONGEST_READY_LINE));
}

const textOr = (users: ReturnType<typeof usersAnswer>): string => ('text' in users ? users.text : '[FILL_IN]');

/** With the last check of a release that all users have, and that meets its criteria, its toggles have done their work. */
function togglesLine({ name, to, exposure }: ResultWindow, { release, findingsAt }: Known): string[] {
  const { checks, toggles } = release;
  const last = checks.toSorted((a, b) => a.length - b.length).at(-1);
  if (!last || name !== `${last.name} check` || exposure !== 1 || toggles.length === 0) return [];
  const isOpen = ({ criterion, outcome, reportOnly }: Finding) =>
    outcome === 'breach' || (criterion !== 'ceiling' && outcome !== 'pass' && !reportOnly);
  if (findingsAt(to - 1).some(isOpen)) return [];
  return [`Toggles at 100 %, to be taken out of the code: ${toggles.map((one) => MARKDOWN.text(one.name)).join(', ')}`];
}
