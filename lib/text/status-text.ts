import stringWidth from 'string-width';
import { plain } from '../facts/format';
import { wrap } from '../messages/wrap';
import type { EndpointView } from './endpoint';
import {
  askedText,
  chartText,
  dataText,
  hourRate,
  MARKS,
  messageText,
  neededText,
  stageText,
  timeText,
  verdictWord,
} from './sentences';
import { type StandingLine, standingLines } from './standing';
import { differentWindows, windowText } from './verdict-windows';
import type { View } from './view';

type Paint = (text: string) => string;
/** What picocolors has, or nothing but the text. */
export interface Paints {
  green: Paint;
  red: Paint;
  yellow: Paint;
  dim: Paint;
  bold: Paint;
}

const LEVELS = '▁▂▃▄▅▆▇█';
/** A gap between bars, so that nobody takes it for a low rate. */
const UNKNOWN = ' ';
/** Known, and without a rate. */
const NO_REQUESTS = '·';

/** An endpoint's hours as a line of blocks, from 0 to its highest hour, between bars that make a gap at an end visible. */
export const sparkline = ({ hours }: Pick<EndpointView, 'hours'>): string => `│${blocksOf(hours)}│`;

function blocksOf(hours: EndpointView['hours']): string {
  const highest = Math.max(...hours.map((hour) => hourRate(hour) ?? 0));
  const blocks = hours.map((hour) => {
    if (hour.kind === 'unknown') return UNKNOWN;
    const rate = hourRate(hour);
    if (rate === undefined) return NO_REQUESTS;
    return LEVELS[highest === 0 ? 0 : Math.ceil((rate / highest) * (LEVELS.length - 1))]!;
  });
  return blocks.join('');
}

/** A notice of a stage's end says at length what stands above it anyway. */
const MESSAGE_COLUMNS = 160;
/** Where hours do not fit into one line, a line has those of a day. */
const DAY = /.{1,24}/gsu;

/**
 * A view as lines for a terminal of so many columns; with Infinity each thing that is said is one line, and addresses are
 * one always. Text from outside is plain in it and begins no line; the colours are the caller's.
 */
export function statusText(view: View, paint: Paints, columns = Number.POSITIVE_INFINITY): string[] {
  const { timeZone, verdict } = view;
  const shown = (text: string) => plain(text, Number.POSITIVE_INFINITY);
  const tones = { advance: paint.green, 'roll back': paint.red, hold: paint.yellow, 'not exposed': paint.dim };
  const said = (text: string) => wrap(`  ${shown(text)}`, columns, 4);
  const part = (title: string, texts: readonly string[]) =>
    texts.length > 0 ? ['', paint.bold(title), ...texts.flatMap(said)] : [];
  const standing = standingLines(view, timeZone);
  const told = (label: StandingLine['label']) => standing.filter((one) => one.label === label).map(({ text }) => text);
  const word = verdictWord(view);
  const tone = verdict ? tones[verdict.recommendation] : paint.dim;
  const reason = shown(verdict?.reason ?? 'no run has judged this release yet');
  return [
    ...wrap(`${tone(paint.bold(word))}: ${reason}`, columns, 2),
    ...said(`${view.title}, ${stageText(view)}`),
    ...said(dataText(view)),
    ...view.endpoints.flatMap((endpoint) => ['', ...endpointLines(endpoint, timeZone, paint, columns)]),
    ...(view.leftOut > 0 ? ['', ...wrap(`${view.leftOut} more endpoints; stagewatch check has all`, columns, 2)] : []),
    ...part('Open', told('open')),
    ...part('Quiet', told('quiet')),
    ...part('Held back', told('held back')),
    ...part('Undelivered', told('undelivered')),
    ...part('Clock', told('clock')),
    ...part('Finished', told('finished')),
    ...part(
      'Last messages',
      view.messages.map((message) => {
        const said = message.kind === 'NOTICE' ? [messageText(message), ...message.told] : [messageText(message)];
        return `${timeText(message.at, timeZone)}  ${plain(said.join(': '), MESSAGE_COLUMNS)}`;
      }),
    ),
    ...windowLines(view, paint, said),
  ];
}

/** Each window that a number is of, at the end: an address beside each number would be noise. */
function windowLines(view: View, paint: Paints, said: (text: string) => string[]): string[] {
  const windows = differentWindows([
    ...view.endpoints.flatMap((endpoint) => [endpoint, ...endpoint.criteria]),
    ...view.open,
  ]);
  if (windows.length === 0) return [];
  const lines = windows.flatMap(({ window, link }) => [
    ...said(windowText(window, view.timeZone)),
    ...(link === undefined ? [] : [`    ${paint.dim(link)}`]),
  ]);
  return ['', paint.bold('Windows'), ...lines];
}

function endpointLines(endpoint: EndpointView, timeZone: string, paint: Paints, columns: number): string[] {
  const tones = { pass: paint.green, breach: paint.red, inconclusive: paint.yellow, 'no-data': paint.dim };
  const name = plain(endpoint.name);
  const drawn = sparkline(endpoint);
  const heading = `  ${paint.bold(name)}`;
  const narrow = stringWidth(drawn) + 4 > columns;
  const rows = narrow ? (blocksOf(endpoint.hours).match(DAY) ?? []).map((day) => `│${day}│`) : [drawn];
  return [
    ...(stringWidth(`${heading}  ${drawn}`) <= columns
      ? [`${heading}  ${drawn}`]
      : [...wrap(heading, columns, 2), ...rows.map((row) => `    ${row}`)]),
    ...wrap(`    ${plain(chartText(endpoint, timeZone))}`, columns, 6),
    ...endpoint.criteria.flatMap((criterion) => {
      const { outcome, since, reason, failed, upstream } = criterion;
      const needed = neededText(criterion, timeZone);
      const rest = [
        `${askedText(criterion)}${since === undefined ? '' : `, since ${timeText(since, timeZone)}`}: ${reason}`,
        ...(failed === undefined ? [] : [failed]),
        ...(needed === undefined ? [] : [`to judge it: ${needed}`]),
        ...(upstream === undefined ? [] : [upstream]),
      ];
      const label = tones[outcome](`${MARKS[outcome]} ${outcome}`.padEnd(15));
      return wrap(`    ${label}${plain(rest.join('; '), Number.POSITIVE_INFINITY)}`, columns, 6);
    }),
  ];
}
