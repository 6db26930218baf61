import { memberName } from '../alert/member';
import type { CountedHour } from '../charts/charted';
import { clock, count, percent, plural, rateOf, span, times } from '../facts/format';
import { startOf } from '../facts/hour';
import type { Pooled } from '../facts/window';
import { entryExposureText } from '../judge/toggles/exposure-text';
import { CRITERION_TEXT } from '../judge/verdict';
import { limitText } from '../release/criteria';
import type { Report } from './report-facts';
import type { SeriesReport } from './report-series';
import { linkedHours, linkedText, type Text } from './report-text';

/** What a series is, and what it is asked for. */
export function placeOf({ endpoint }: SeriesReport): string {
  if (!endpoint) return 'A control: it shares the upstream but not the toggle, and is judged by nothing of its own.';
  const asked = endpoint.criteria.map((criterion) =>
    'below' in criterion
      ? limitText(criterion)
      : `consistent with the baseline (${percent(criterion.consistentWithBaseline.allowed)} more is allowed)`,
  );
  return [...(endpoint.route ? [endpoint.route] : []), ...asked].join('; ');
}

/** How to read the charts. */
export const RATE_NOTE =
  'Thin line: each hour; thick line: the last 24 hours, pooled. Grey: unknown hours. The axis is linear and cut off so that ordinary hours can be read; what is above it stands at its upper edge, and the highest hour is named.';
export const EVIDENCE_NOTE =
  'Odds to 1 on a log scale, cut off at 0.1 and 10,000. Solid: that the criterion is broken, acts at 20 (roll back at 100 against the baseline), and starts anew after that. Dashed: that it is met, passes at 100 against the baseline, at 20 below a limit.';

/** What a chart of rates shows, in words; its numbers lead to their hours. */
export function rateCaption(report: Report, series: SeriesReport): Text {
  const { from, to, release } = report;
  const { name, hours, toggleOff, incidents } = series;
  const inAll = (some: readonly CountedHour[], what: string) =>
    linkedText(`${rateOf(sumOf(some))} ${what}`, release, { from, to });
  const unknown = hours.filter((hour) => !hour).length;
  const worst = worstOf(hours);
  const shown = incidents.filter((one) => (one.to ?? to) > from);
  const time = (hour: number) => clock(startOf(hour), release.timeZone);
  return [
    `${name}, error rate by hour, ${span(from, to, release.timeZone)}: `,
    inAll(hours, 'in all'),
    ...(toggleOff ? [', ', inAll(toggleOff, 'with the toggle off')] : []),
    '. ',
    ...levelsText(report, series),
    stagesText(report),
    ...(worst === undefined
      ? []
      : [
          'Highest hour: ',
          linkedText(`${rateOf(hours[worst]!)}, ${time(from + worst)}`, release, {
            from: from + worst,
            to: from + worst + 1,
          }),
          '. ',
        ]),
    unknown === 0 ? 'No hour is unknown. ' : `${plural(unknown, 'hour')} unknown. `,
    ...shown.flatMap((one, index) => [
      `${index === 0 ? 'Alerted:' : ';'} ${memberName(one)} `,
      linkedText(`from ${time(one.from)} ${one.to === undefined ? 'on' : `to ${time(one.to)}`}`, release, {
        from: one.from,
        to: one.to ?? to,
      }),
    ]),
    shown.length === 0 ? 'Nothing was alerted.' : '.',
  ];
}

/** The stages that a chart marks, and who says so. */
function stagesText({ stays, from, to, release: { timeZone } }: Report): string {
  const shown = stays.filter((stay) => stay.from < to && stay.to > from);
  const texts = shown.map((stay) => `${stay.stage}, ${entryExposureText(stay)} since ${clock(stay.at, timeZone)}`);
  return texts.length === 0 ? '' : `Stages: ${texts.join('; ')}. `;
}

/** The lines that a chart of rates has beside the rates, and what is tolerated where that is no line. */
function levelsText({ release }: Report, { baseline, toggleOff, tolerated, limit }: SeriesReport): Text[] {
  const levels: Text[] = [
    ...(baseline ? [linkedText(`baseline ${percent(baseline.rate)}`, release, baseline)] : []),
    ...(tolerated && !toggleOff ? [`tolerated ${percent(tolerated.rate)}`] : []),
    ...(limit === undefined ? [] : [`limit ${percent(limit)}`]),
  ];
  const moving =
    tolerated && toggleOff
      ? `Long dashes: with the toggle off, the last 24 hours, pooled. With it on, up to ${times(tolerated.times)} the rate with it off in the same hours is tolerated, so no level is drawn; where too few have it off, ${percent(tolerated.rate)} of all. `
      : '';
  if (levels.length === 0) return ['There is no baseline yet. '];
  return ['Levels: ', ...levels.flatMap((level, index) => (index === 0 ? [level] : [', ', level])), '. ', moving];
}

function sumOf(hours: readonly CountedHour[]): Pooled {
  const sum = { requests: 0, errors: 0 };
  for (const hour of hours) {
    sum.requests += hour?.requests ?? 0;
    sum.errors += hour?.errors ?? 0;
  }
  return sum;
}

/** Index of the hour with the highest rate; undefined when none had an error. */
function worstOf(hours: readonly CountedHour[]): number | undefined {
  const rates = hours.map((hour) => (hour && hour.errors > 0 ? hour.errors / hour.requests : 0));
  const highest = rates.reduce((best, rate) => Math.max(best, rate), 0);
  return highest === 0 ? undefined : rates.indexOf(highest);
}

/** What a chart of evidence shows, in words. */
export function evidenceCaption({ release, to }: Report, { name, evidence, evidenceFrom }: SeriesReport): Text {
  if (evidence.every(({ breach }) => breach.length === 0)) return `${name}: there is no evidence yet.`;
  const odds = (value: number) => {
    if (value > 1e6) return 'over a million : 1';
    return value < 0.01 ? 'below 0.01 : 1' : `${value >= 10 ? count(value) : Number(value.toPrecision(2))} : 1`;
  };
  const said = evidence.map(({ criterion, breach, pass, passesAt }) => {
    const most = `highest ${odds(Math.max(...breach))}`;
    const met = criterion === 'ceiling' ? '' : `; that it is met: ${odds(pass.at(-1)!)}, a pass needs ${passesAt} : 1`;
    return `Not ${CRITERION_TEXT[criterion]}: ${odds(breach.at(-1)!)} now, ${most}, broken at 20 : 1${met}.`;
  });
  const hours = Math.max(...evidence.map(({ breach }) => breach.length));
  const judged = { from: evidenceFrom, to: Math.min(to, evidenceFrom + hours) };
  return [`${name}, odds hour by hour, `, linkedHours(release, judged), `. ${said.join(' ')}`];
}
