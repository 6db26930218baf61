import { ToggleError } from '../answer';

/** A piece of a page: a tag with its attributes, or text with its references resolved. */
export type Piece =
  | { tag: string; isEnd: boolean; attributes: ReadonlyMap<string, string> }
  | { text: string; tag?: undefined };

const TAG =
  /<(\/?)([a-zA-Z][\w:-]*)((?:\s+[^\s"'<>=/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=]+))?|\s+\/(?=>))*)\s*\/?>/y;
const ATTRIBUTE = /([^\s"'<>=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=]+)))?/g;
/** Their content is no text of the page. */
const RAW = ['script', 'style', 'title', 'textarea'];

/**
 * The pieces of a page, in their order; comments, scripts and styles are none. What cannot be told apart for certain, such
 * as a quote that never ends, is no guess but an error.
 *
 * @throws ToggleError for a page that cannot be read so
 */
export function piecesOf(page: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < page.length) {
    const next = page.indexOf('<', at);
    const end = next === -1 ? page.length : next;
    if (end > at) pieces.push({ text: resolved(page.slice(at, end)) });
    at = end;
    if (at === page.length) break;
    if (page.startsWith('<!--', at)) at = after(page, '-->', at + 4);
    else if (page.startsWith('<!', at)) at = after(page, '>', at);
    else {
      TAG.lastIndex = at;
      const found = TAG.exec(page);
      if (!found) throw new ToggleError('the page - got a tag that is not whole, expected HTML');
      const tag = found[2]!.toLowerCase();
      const isEnd = found[1] === '/';
      pieces.push({ tag, isEnd, attributes: attributesOf(found[3]!) });
      at = TAG.lastIndex;
      if (!isEnd && RAW.includes(tag)) at = after(page, `</${tag}`, at) - tag.length - 2;
    }
  }
  return pieces;
}

/** Where the page goes on after a mark. */
function after(page: string, mark: string, from: number): number {
  const at = page.indexOf(mark, from);
  if (at === -1) throw new ToggleError(`the page - got an end before ${mark}, expected HTML`);
  return at + mark.length;
}

const attributesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name, double, single, bare]) => [
      name!.toLowerCase(),
      resolved(double ?? single ?? bare ?? ''),
    ]),
  );

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A text with its character references as characters; one that is not known stays as it is. */
const resolved = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name.toLowerCase()]!;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
