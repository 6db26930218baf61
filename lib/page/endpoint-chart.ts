import { svg } from '../charts/plot';
import { rateChart } from '../charts/rate-chart';
import { count, percent } from '../facts/format';
import { hourOf } from '../facts/hour';
import { type Html, html } from '../facts/html';
import type { EndpointView, HourView } from '../text/endpoint';
import { chartText, hourRate, timeText } from '../text/sentences';
import type { View } from '../text/view';

/** How wide charts are drawn: one that fits, or two of which the screen shows one. */
export type ChartWidths = readonly { width: number; shown?: 'wide' | 'narrow' }[];

/** An endpoint's hours as a report draws them. What it says stands in words beside it, and in the table below it. */
export function endpointChart(
  endpoint: EndpointView,
  { timeZone, stays }: Pick<View, 'timeZone' | 'stays'>,
  widths: ChartWidths,
): Html[] {
  const { hours, window, limit, baselineRate, alerted = [], criteria } = endpoint;
  const at = (iso: string) => hourOf(Date.parse(iso));
  const span = {
    from: at(window.from),
    to: at(window.to),
    timeZone,
    stays: stays.map(({ from, to, ...stay }) => ({
      ...{ ...stay, from: at(from) },
      to: to === undefined ? Number.POSITIVE_INFINITY : at(to),
    })),
  };
  const consistent = criteria[0]?.criterion === 'consistentWithBaseline';
  const rates = {
    hours: hours.map((hour) => (hour.kind === 'counted' ? hour : undefined)),
    ...(baselineRate !== undefined && { baseline: { rate: baselineRate } }),
    ...(limit !== undefined && (consistent ? { tolerated: { rate: limit } } : { limit })),
    incidents: alerted.map(({ from, to }) => ({ from: at(from), ...(to !== undefined && { to: at(to) }) })),
  };
  return widths.map(({ width, shown }) => {
    const chart = rateChart(span, rates, width, (index) => hourWords(hours[index]!, timeZone));
    const classes = shown === undefined ? 'chart' : `chart ${shown}`;
    return svg(chart, html`class="${classes}" role="img" aria-label="${chartText(endpoint, timeZone)}"`);
  });
}

const hourWords = (hour: HourView, timeZone: string) =>
  `${timeText(hour.hour, timeZone)}${hour.entered === undefined ? '' : `, stage ${hour.entered} entered`}: ${factOf(hour).join(', ')}`;

/** What is known of an hour, in three parts: rate, errors, requests; or why nothing is. */
function factOf(hour: HourView): string[] {
  if (hour.kind === 'unknown') return [`unknown (${hour.reason})`];
  const rate = hourRate(hour);
  return [
    rate === undefined ? 'no requests' : percent(rate),
    `${count(hour.errors)} errors`,
    `${count(hour.requests)} requests`,
  ];
}

/** The same hours for those who read rather than see, newest first. */
export function hourTable({ name, hours }: EndpointView, timeZone: string): Html {
  const rows = hours.toReversed().map((hour) => {
    const time = html`<th scope="row"><time datetime="${hour.hour}">${timeText(hour.hour, timeZone)}</time>${hour.entered !== undefined && html` stage ${hour.entered} entered`}</th>`;
    if (hour.kind === 'unknown') return html`<tr class="gap">${time}<td colspan="3">unknown (${hour.reason})</td></tr>`;
    const rate = hourRate(hour);
    return html`<tr>${time}<td>${rate === undefined ? 'no requests' : percent(rate)}</td><td>${count(hour.errors)}</td><td>${count(hour.requests)}</td></tr>`;
  });
  return html`<table><caption>${name}, hour by hour, newest first</caption><thead><tr><th scope="col">hour from</th><th scope="col">rate</th><th scope="col">errors</th><th scope="col">requests</th></tr></thead><tbody>
${rows}</tbody></table>`;
}
