import { span } from '../facts/format';
import type { Window } from '../facts/window';
import { dashboardAt } from '../release/dashboard';
import type { Release } from '../release/schema';

/** Words that lead somewhere. */
export interface Linked {
  text: string;
  href: string;
}

/** Text of a report, with nothing escaped in it; a part of it may lead to the dashboard. */
export type Text = string | Linked | readonly Text[];

type Hours = Pick<Window, 'from' | 'to'>;

/** Words that lead to the release's Datadog dashboard at just these hours; only words where there is none of them. */
export function linkedText(text: string, release: Release, hours: Hours): Text {
  const href = dashboardAt(release, hours);
  return href === undefined ? text : { text, href };
}

/** Hours as people read them, with their link. */
export const linkedHours = (release: Release, { from, to }: Hours): Text =>
  linkedText(span(from, to, release.timeZone), release, { from, to });

/**
 * Text in a language of marks, given how that writes words and links. Spaces beside a link stay, though words by
 * themselves lose them.
 */
export function written(text: Text, words: (text: string) => string, link: (linkedText: Linked) => string): string {
  if (typeof text === 'string') return words(text);
  if ('href' in text) return link(text);
  return text
    .map((part) =>
      typeof part === 'string'
        ? part.replace(/^( ?)(.*?)( ?)$/s, (_, before, inner, after) => `${before}${words(inner)}${after}`)
        : written(part, words, link),
    )
    .join('');
}

/** Text without its links. */
export const textWithoutLink = (text: Text): string =>
  written(
    text,
    (words) => words,
    (one) => one.text,
  );
