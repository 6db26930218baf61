import { clock, count, percent, plural, rateOf } from '../facts/format';
import { exposureText } from '../judge/toggles/exposure-text';
import type { Outcome } from '../judge/verdict';
import { CRITERION_TEXT } from '../judge/verdict';
import type { CriterionView, EndpointView, HourView } from './endpoint';
import type { View } from './view';

/** Beside the word, never instead of it. */
export const MARKS: Record<Outcome, string> = { pass: '✓', breach: '✗', inconclusive: '…', 'no-data': '?' };

/** A view's instant by the clocks of the release's zone. @example timeText('2026-02-11T16:00Z', 'America/New_York') === '2026-02-11 11:00 EST' */
export const timeText = (iso: string, timeZone: string): string => clock(Date.parse(iso), timeZone);

/** "ROLL BACK"; "NOT JUDGED YET" before the first run. */
export const verdictWord = ({ verdict }: View): string => (verdict?.recommendation ?? 'not judged yet').toUpperCase();

/** Stage, exposure and times in one sentence. */
export function stageText({ verdict, entered, timeZone }: View): string {
  const at = (iso: string) => timeText(iso, timeZone);
  const stage = verdict?.stage;
  const planned = stage?.plannedEnd === undefined ? '' : `, planned until ${at(stage.plannedEnd)}`;
  const place = stage
    ? `stage ${stage.name}, ${exposureText(stage)} since ${at(stage.since)}${planned}`
    : 'nobody is exposed';
  if (!entered) return place;
  return `${place}; since ${at(entered.at)} stage ${entered.stage}, ${exposureText(entered)}, which is judged from its first settled hour on`;
}

/** How late the data is: what is judged, what is counted, and what is missing. */
export function dataText({ judgedUpTo, data, now, timeZone }: View): string {
  const at = (iso: string) => timeText(iso, timeZone);
  const judged = judgedUpTo === undefined ? 'no hour is judged yet' : `judged up to ${at(judgedUpTo)}`;
  // The newest settled hour is judged by a run that comes some minutes later.
  const missed =
    (data.unjudged ?? 0) > 1 ? `; ${plural(data.unjudged!, 'settled hour')} not judged yet: is every run failing?` : '';
  const counted =
    data.countedTo === undefined
      ? 'no hour counted in the last two days'
      : `newest counted hour ended ${at(data.countedTo)}, ${agoText(Date.parse(now) - Date.parse(data.countedTo))} ago`;
  return `${judged}${missed}; ${counted}`;
}

/** @example agoText(5_400_000) === '90 minutes' */
export function agoText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  return minutes < 120 ? plural(minutes, 'minute') : plural(Math.floor(minutes / 60), 'hour');
}

export const hourRate = (hour: HourView): number | undefined =>
  hour.kind === 'counted' && hour.requests > 0 ? hour.errors / hour.requests : undefined;

/** What stands in a caption around its two windows: rate, highest rate, and how many hours nobody could measure. */
export function chartParts({ hours, pooled, unknown, highest }: EndpointView) {
  return {
    rate: unknown === hours.length ? 'nothing is known' : rateOf(pooled),
    highest: highest && percent(highest.errors / highest.requests),
    gaps: unknown > 0 && unknown < hours.length ? `, ${plural(unknown, 'hour')} unknown` : '',
  };
}

/** A chart in words: its pooled rate, its highest hour, and how many hours nobody could measure. */
export function chartText(endpoint: EndpointView, timeZone: string): string {
  const { rate, highest, gaps } = chartParts(endpoint);
  const { window, highest: hour } = endpoint;
  return `${window.name}: ${rate}${hour ? `, highest ${highest} from ${timeText(hour.window.from, timeZone)}` : ''}${gaps}`;
}

/** "consistent with the baseline (reported only)" */
export const askedText = ({ criterion, reportOnly, outcome }: CriterionView): string =>
  `${CRITERION_TEXT[criterion]}${reportOnly && outcome !== 'pass' ? ' (reported only)' : ''}`;

/** What it takes until a criterion can be judged; undefined where nothing is known of that, and where it is judged. */
export function neededText(
  { outcome, needed, requests, expectedAt }: CriterionView,
  timeZone: string,
): string | undefined {
  if (outcome === 'pass' || outcome === 'breach') return undefined;
  const seen = needed === undefined ? [] : [`${count(requests)} of ${count(needed)} requests`];
  const when = expectedAt === undefined ? [] : [`expected ${timeText(expectedAt, timeZone)} at the usual traffic`];
  return [...seen, ...when].join('; ') || undefined;
}

const STATUSES: Record<View['messages'][number]['status'], string> = {
  sent: '',
  pending: ' (could not be delivered)',
  held: ' (held back)',
};

export const messageText = ({ kind, headline, status }: View['messages'][number]): string =>
  `${kind}: ${headline}${STATUSES[status]}`;
