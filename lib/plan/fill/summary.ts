import { plural } from '../../facts/format';
import { MARKDOWN } from '../markdown/markup';
import type { Filled } from './fill';

/** What became of the blanks of one plan. */
export interface Summarized {
  release: string;
  file: string;
  blanks: readonly Filled[];
}

/** What was answered in a plan and what is open and why, in Markdown: the body of a pull request. */
export function planSummary({ release, file, blanks }: Summarized): string {
  const line = ({ line: at, question }: Filled) => `line ${at}: ${inert(question || 'no question')}`;
  const open = blanks.filter(({ answer }) => 'open' in answer);
  const answered = blanks.filter(({ answer }) => 'text' in answer);
  const list = (head: string, items: string[]) =>
    items.length === 0 ? [] : ['', `${head}:`, '', ...items.map((item) => `- ${item}`)];
  return [
    `## ${inert(release)}`,
    '',
    `${inert(file)}: ${plural(answered.length, 'blank')} answered from what was measured, ${open.length} open.`,
    ...list('Answered', answered.map(line)),
    ...list(
      'Open',
      open.map((one) => `${line(one)} - ${'open' in one.answer ? inert(one.answer.open) : ''}`),
    ),
  ].join('\n');
}

/** Text in which a pull request reads no number of an issue either: "fixes #3" would close that one. */
const inert = (text: string): string => MARKDOWN.text(text).replace(/#(?=\d)|\bGH-(?=\d)/gi, '$&<!-- -->');
