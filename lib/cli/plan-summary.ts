import { plural } from '../facts/format';
import type { Filled } from '../plan/fill/fill';
import { MARKDOWN } from '../plan/markdown/markup';

/** What became of one plan. */
export interface PlanReport {
  release: string;
  file: string;
  /** The instant up to which the release was judged, ISO text in UTC. */
  judgedUpTo: string;
  /** Whether its text is another than before. */
  changed: boolean;
  written: boolean;
  blanks: readonly Filled[];
}

/** What was answered in a plan and what is open and why, in Markdown: the body of a pull request. */
export function planSummary({ release, file, blanks }: PlanReport): string {
  const line = ({ line: at, question }: Filled) => `line ${at}: ${MARKDOWN.text(question || 'no question')}`;
  const open = blanks.filter(({ answer }) => 'open' in answer);
  const answered = blanks.filter(({ answer }) => 'text' in answer);
  const list = (head: string, items: string[]) =>
    items.length === 0 ? [] : ['', `${head}:`, '', ...items.map((item) => `- ${item}`)];
  return [
    `## ${MARKDOWN.text(release)}`,
    '',
    `${MARKDOWN.text(file)}: ${plural(answered.length, 'blank')} answered from what was measured, ${open.length} open.`,
    ...list('Answered', answered.map(line)),
    ...list(
      'Open',
      open.map((one) => `${line(one)} - ${'open' in one.answer ? MARKDOWN.text(one.answer.open) : ''}`),
    ),
  ].join('\n');
}
