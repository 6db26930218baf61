import { plain } from '../../facts/format';
import { isTurned } from '../markdown/labels';
import { hoursIn, lengthsIn } from '../markdown/lengths';
import { pathTo } from '../markdown/outline';
import { scheduleIn } from '../markdown/schedule';
import { plainWords } from '../markdown/words';
import type { Reading, Unread } from './reading';
import { isStage, isUnderStage } from './stages';

export interface PlannedCheck {
  name: string;
  line: number;
  length: string;
}

/** The checks of a plan: headings such as "1-week results", under no stage. */
export function checksIn(reading: Reading): { found: PlannedCheck[]; unread: Unread[] } {
  const { source, headings, lineAt } = reading;
  const found: PlannedCheck[] = [];
  const unread: Unread[] = [];
  const scheduled = scheduleIn(source, headings);
  for (const [index, heading] of headings.entries()) {
    const { text, from } = heading;
    const lengths = lengthsIn(text);
    const [length] = lengths;
    if (length === undefined || isStage(heading)) continue;
    const said = /\b\d{1,4} (?:hour|day|week|month)/.exec(plainWords(text))?.[0];
    const name = (said ?? length.replace(/s$/, '')).replace(' ', '-');
    const line = lineAt(from);
    const doubt = scheduled(pathTo(headings, index).map((one) => one.text));
    if (doubt !== undefined) unread.push({ line, why: doubt });
    else if (isUnderStage(reading, index)) unread.push({ line, why: `"${plain(text, 60)}" stands under a stage` });
    else if (isTurned(text)) unread.push({ line, why: `"${plain(text, 60)}" is no check` });
    else if (lengths.length > 1) unread.push({ line, why: `"${plain(text, 60)}" is more than one check` });
    else if (!found.some((one) => hoursIn(one.length) === hoursIn(length))) found.push({ name, line, length });
  }
  return { found, unread };
}
