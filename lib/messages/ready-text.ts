import type { AlertRecord } from '../alert/record';
import { plain, plural } from '../facts/format';
import { LONGEST_READY_LINE } from '../judge/notices/check-ins';
import { item } from './lines';

/** About two screens; the event has all. */
const LINES = 120;
const CHARACTERS = 12_000;

/**
 * What check-ins bring for the plan's Results, as a person pastes it: a heading for each window, then a list in Markdown
 * of 78 columns. No line for any other message.
 */
export function readyText({ notices }: Pick<AlertRecord, 'notices'>): string[] {
  const lines = notices.flatMap(({ window, ready = [] }) =>
    window && ready.length > 0
      ? [`For the plan's Results, ${plain(window.name, 50)}:`, ...ready.flatMap((one) => item(one, LONGEST_READY_LINE))]
      : [],
  );
  let length = 0;
  const room = lines.findIndex((line, index) => {
    length += line.length;
    return index === LINES || length > CHARACTERS;
  });
  return room < 0
    ? lines
    : [...lines.slice(0, room), `${plural(lines.length - room, 'more line')}; the command fill has all`];
}
