import { count, percent } from '../facts/format';
import { type Html, html } from '../facts/html';
import type { EndpointView, HourView } from '../text/endpoint';
import { chartText, hourRate, timeText } from '../text/sentences';

/** Units of the drawing, which is stretched to the width of the page. */
const COLUMN = 10;
const RATES = 60;
const VOLUMES = 16;
const GAP = 4;
/** A limit further above the highest rate is not drawn: it would flatten the rates. */
const LIMIT_IN_SIGHT = 3;

/** Rate of the chart's upper edge: the highest hour's, or the limit where it is near; undefined where no request failed. */
export function topOf({ hours, limit }: Pick<EndpointView, 'hours' | 'limit'>): number | undefined {
  const highest = Math.max(0, ...hours.map((hour) => hourRate(hour) ?? 0));
  if (highest === 0) return undefined;
  return limit !== undefined && limit <= LIMIT_IN_SIGHT * highest ? Math.max(highest, limit) : highest;
}

/**
 * An endpoint's hours as a drawing: the error rate as bars, below it the requests, unknown hours hatched over the whole
 * height. What it says stands in words beside it, and in the table below it.
 */
export function chart(endpoint: EndpointView, timeZone: string): Html {
  const { hours, limit } = endpoint;
  const top = topOf(endpoint) ?? 1;
  const most = Math.max(1, ...hours.map((hour) => (hour.kind === 'counted' ? hour.requests : 0)));
  const width = hours.length * COLUMN;
  const height = RATES + GAP + VOLUMES;
  const y = (rate: number) => RATES * (1 - rate / top);
  const near = limit !== undefined && topOf(endpoint) !== undefined && limit <= top;
  return html`<svg class="chart" role="img" aria-label="${chartText(endpoint, timeZone)}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
${hours.map((hour, index) => column(hour, index * COLUMN, { y, most, height, timeZone }))}
<path class="axis" d="M0 ${RATES}H${width}"/>
${near && html`<path class="limit" d="M0 ${y(limit)}H${width}"/>`}
</svg>`;
}

interface Scale {
  y(rate: number): number;
  most: number;
  height: number;
  timeZone: string;
}

function column(hour: HourView, x: number, { y, most, height, timeZone }: Scale): Html {
  const rate = hourRate(hour);
  const entered = hour.entered !== undefined && html`<path class="entered" d="M${x} 0V${height}"/>`;
  const title = html`<title>${hourWords(hour, timeZone)}</title>`;
  if (hour.kind === 'unknown')
    return html`<g>${title}<rect class="unknown" x="${x}" y="0" width="${COLUMN}" height="${height}"/>${entered}</g>`;
  const tall = (VOLUMES * hour.requests) / most;
  return html`<g>${title}<rect class="hover" x="${x}" y="0" width="${COLUMN}" height="${height}"/>${
    rate !== undefined &&
    rate > 0 &&
    html`<rect class="rate" x="${x + 1}" y="${y(rate).toFixed(2)}" width="${COLUMN - 2}" height="${(RATES - y(rate)).toFixed(2)}"/>`
  }<rect class="volume" x="${x + 1}" y="${(height - tall).toFixed(2)}" width="${COLUMN - 2}" height="${tall.toFixed(2)}"/>${entered}</g>`;
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
