import type { ToggleState } from '../../facts/toggle';
import { ToggleError } from '../answer';
import { shareOfPercent, stateOfGiven } from '../flipper/gates';
import type { Piece } from './html';

/** A feature on the list of Flipper::UI: its name, whether it is off, and in words whom it is on for. */
export interface Listed {
  name: string;
  status: string;
  words: string;
}

/**
 * The features on the list page of Flipper::UI (versions 1.2 to 1.4), in its order: each has a status, its name, maybe a
 * description, and the words. What stands in attributes, such as who the actors are, and in descriptions is not looked at.
 *
 * @throws ToggleError for a page without that list, and for a feature of another form
 */
export function listedOn(pieces: readonly Piece[]): Listed[] {
  const starts = pieces.flatMap((piece, index) => (isStart(piece, 'span', ['status']) ? [index] : []));
  if (starts.length === 0)
    throw new ToggleError(
      "the page - got one without features, expected Flipper's list; is it the one before a login?",
    );
  return starts.map((start, index) => {
    const own = pieces.slice(start, starts[index + 1]);
    const names = placesOf(own, ['text-truncate']);
    const words = placesOf(own, ['text-muted', 'text-truncate']);
    if (names.length !== 1 || words.length !== 1 || names[0]! > words[0]!) throw oddFeature();
    const first = own[0]! as Extract<Piece, { tag: string }>;
    return {
      name: textIn(own, names[0]!, []),
      status: first.attributes.get('title') ?? '',
      words: textIn(own, words[0]!, ['span']),
    };
  });
}

/** Where the divisions of just these classes begin. */
const placesOf = (pieces: readonly Piece[], classes: readonly string[]): number[] =>
  pieces.flatMap((piece, index) => (isStart(piece, 'div', classes) ? [index] : []));

function isStart(piece: Piece, tag: string, classes: readonly string[]): boolean {
  if (piece.tag !== tag || piece.isEnd) return false;
  const has = (piece.attributes.get('class') ?? '').split(/\s+/).filter(Boolean);
  // A status has a colour as well.
  return classes.every((one) => has.includes(one)) && (tag === 'span' || has.length === classes.length);
}

/** The text of a division, with nothing in it but these tags. */
function textIn(pieces: readonly Piece[], start: number, tags: readonly string[]): string {
  let text = '';
  for (const piece of pieces.slice(start + 1)) {
    if (piece.tag === undefined) text += piece.text;
    else if (piece.tag === 'div' && piece.isEnd) return text.replace(/\s+/g, ' ').trim();
    else if (!tags.includes(piece.tag)) throw oddFeature();
  }
  throw oddFeature();
}

const oddFeature = () => new ToggleError("the page - got a feature of another form, expected that of Flipper's list");

/**
 * How a feature is set, by the words of the list. Off is said by its status as well: that nothing is said of it is not off.
 *
 * @throws ToggleError for words that Flipper does not write
 */
export function stateOfWords({ status, words }: Pick<Listed, 'status' | 'words'>): ToggleState {
  const given = { isOn: words === 'Fully Enabled', share: 0, time: 0, single: 0, grouped: 0, others: [] };
  if (words === '' && status === 'Off') return stateOfGiven(given);
  const parts = given.isOn ? [] : words.split(/, and |, | and /);
  for (const part of parts) {
    const [, number, kind] = /^(\d{1,9}(?:\.\d+)?)(% of actors|% of time| actors?| groups?)$/.exec(part) ?? [];
    const share = kind?.startsWith('%') ? shareOfPercent(number!) : Number(number);
    if (kind === undefined || share === undefined || !(share > 0)) throw oddWords();
    if (kind === '% of actors' && given.share === 0) given.share = share;
    else if (kind === '% of time' && given.time === 0) given.time = share;
    else if (kind.startsWith(' actor') && given.single === 0) given.single = share;
    else if (kind.startsWith(' group') && given.grouped === 0) given.grouped = share;
    else throw oddWords();
  }
  if (status !== (given.isOn ? 'On' : 'Conditional') && !(status === 'On' && given.time === 1)) throw oddWords();
  return stateOfGiven(given);
}

const oddWords = () =>
  new ToggleError('the page - got other words for whom it is on, expected such as "25% of actors" or "Fully Enabled"');
