import { plain } from '../domain/format';
import type { EndpointView } from './endpoint';
import {
  askedText,
  chartText,
  dataText,
  heldTexts,
  MARKS,
  messageText,
  neededText,
  openTexts,
  placeText,
  quietTexts,
  rateIn,
  timeText,
  verdictWord,
} from './sentences';
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
export function sparkline({ hours }: Pick<EndpointView, 'hours'>): string {
  const highest = Math.max(...hours.map((hour) => rateIn(hour) ?? 0));
  const blocks = hours.map((hour) => {
    if (hour.kind === 'unknown') return UNKNOWN;
    const rate = rateIn(hour);
    if (rate === undefined) return NO_REQUESTS;
    return LEVELS[highest === 0 ? 0 : Math.ceil((rate / highest) * (LEVELS.length - 1))]!;
  });
  return `│${blocks.join('')}│`;
}

/** A notice of a stage's end says at length what stands above it anyway. */
const MESSAGE_COLUMNS = 160;

/** A view as lines for a terminal. Text from outside is plain in it and begins no line; the colours are the caller's. */
export function statusText(view: View, paint: Paints): string[] {
  const { timeZone, verdict } = view;
  const shown = (text: string) => plain(text, Number.POSITIVE_INFINITY);
  const tones = { advance: paint.green, 'roll back': paint.red, hold: paint.yellow, 'not exposed': paint.dim };
  const word = (verdict ? tones[verdict.recommendation] : paint.dim)(paint.bold(verdictWord(view)));
  const part = (title: string, texts: readonly string[]) =>
    texts.length > 0 ? ['', paint.bold(title), ...texts.map((text) => `  ${shown(text)}`)] : [];
  return [
    `${word}: ${shown(verdict?.reason ?? 'no run has judged this release yet')}`,
    `  ${shown(`${view.title}, ${placeText(view)}`)}`,
    `  ${shown(dataText(view))}`,
    ...view.endpoints.flatMap((endpoint) => ['', ...endpointLines(endpoint, timeZone, paint)]),
    ...(view.leftOut > 0 ? ['', `${view.leftOut} more endpoints; stagewatch check has all`] : []),
    ...part('Open', openTexts(view)),
    ...part('Quiet', quietTexts(view)),
    ...part('Held back', heldTexts(view)),
    ...part(
      'Last messages',
      view.messages.map((message) => {
        const told = message.kind === 'NOTICE' ? [messageText(message), ...message.told] : [messageText(message)];
        return `${timeText(message.at, timeZone)}  ${plain(told.join(': '), MESSAGE_COLUMNS)}`;
      }),
    ),
  ];
}

function endpointLines(endpoint: EndpointView, timeZone: string, paint: Paints): string[] {
  const tones = { pass: paint.green, breach: paint.red, inconclusive: paint.yellow, 'no-data': paint.dim };
  return [
    `  ${paint.bold(plain(endpoint.name))}  ${sparkline(endpoint)}`,
    `    ${plain(chartText(endpoint, timeZone))}`,
    ...endpoint.criteria.map((criterion) => {
      const { outcome, since, reason, upstream } = criterion;
      const needed = neededText(criterion, timeZone);
      const rest = [
        `${askedText(criterion)}${since === undefined ? '' : `, since ${timeText(since, timeZone)}`}: ${reason}`,
        ...(needed === undefined ? [] : [`to judge it: ${needed}`]),
        ...(upstream === undefined ? [] : [upstream]),
      ];
      const label = `${MARKS[outcome]} ${outcome}`.padEnd(15);
      return `    ${tones[outcome](label)}${plain(rest.join('; '), Number.POSITIVE_INFINITY)}`;
    }),
  ];
}
