import type { List, ListItem, Nodes, Paragraph } from 'mdast';
import { clock } from '../../facts/format';
import { startOf } from '../../facts/hour';
import type { ResultWindow } from '../../results/results';
import { MARKDOWN } from '../markdown/markup';
import { lastAt, type Outline, pathTo, wholeOf } from '../markdown/outline';
import { wordsOf } from '../markdown/words';
import { type Known, windowAnswer, windowName } from './known';
import { kpisIn } from './kpis';
import { alertsIn, notesIn } from './stage-facts';

/** A question of a list that nobody has answered, and that has no placeholder. */
export interface Question {
  /** The end of its words. */
  at: number;
  /** From 1. */
  line: number;
  text: string;
}

const HEADING = /\bpost-? ?launch\b.*\bquestions?\b|\bquestions?\b.*\b(post-? ?|after )launch\b/i;
const KPIS = /\bkpis?\b.*\b(compare|met|meet|success)/i;
const ASSUMPTIONS = /\bassumptions?\b.*\b(validated|hold|held|confirmed|true|right)\b/i;
const CHANGES = /\b(evolve|changes?|went wrong|go wrong|incidents?|alerts?)\b/i;
const CLEAN_UP = /\bclean-? ?up\b|\bremov\w* .*\b(toggles?|flags?)\b/i;

/** The items of lists under "Post-launch questions" that end in a question mark, with nothing under or behind them. */
export function questionsOf(source: string, { tree, headings }: Outline): Question[] {
  const found: Question[] = [];
  const visit = (node: Nodes) => {
    if (!('children' in node)) return;
    for (const [index, child] of node.children.entries()) {
      if (child.type === 'list') found.push(...openIn(child, node.children[index + 1], source));
      else visit(child);
    }
  };
  visit(tree);
  return found.filter(({ at }) => {
    const nearest = lastAt(headings, at);
    return nearest >= 0 && pathTo(headings, nearest).some(({ text }) => HEADING.test(text));
  });
}

/** What stands behind a list without being indented answers its last item, unless it is a question itself. */
function openIn(list: List, next: Nodes | undefined, source: string): Question[] {
  const isAnswered = next?.type === 'paragraph' && questionIn(next, source) === undefined;
  return list.children.flatMap((item, index) => {
    const [paragraph, ...others] = (item as ListItem).children;
    const isOpen = others.length === 0 && !(isAnswered && index === list.children.length - 1);
    return (isOpen && paragraph?.type === 'paragraph' && questionIn(paragraph, source)) || [];
  });
}

/** Comments behind a question answer nothing. */
function questionIn(paragraph: Paragraph, source: string): Question | undefined {
  const { from, to } = wholeOf(paragraph)!;
  const text = source.slice(from, to).replace(/(\s*<!--[\s\S]*?-->)*\s*$/, '');
  return /\?["”*_)]*$/.test(text)
    ? { at: from + text.length, line: paragraph.position!.start.line, text: wordsOf(text) }
    : undefined;
}

/** Marks each line of a draft in the plan, for a person to edit or to take out. */
export const DRAFTED = '_Draft:_ ';

/** What the data have to say to a question, line by line; nothing to what only a person knows. */
export function draftFor(question: string, known: Known): string[] {
  if (KPIS.test(question)) return kpisAtEnd(known);
  if (ASSUMPTIONS.test(question)) return assumptionsText(known);
  if (CHANGES.test(question)) return whatHappened(known);
  return CLEAN_UP.test(question) ? cleanUpText(known) : [];
}

/** The newest check that is over, else stage. */
function lastWindow({ windows }: Known): ResultWindow | undefined {
  const over = windows.filter(({ complete }) => complete);
  return over.findLast(({ name }) => name.endsWith(' check')) ?? over.findLast(({ name }) => name.startsWith('stage '));
}

function kpisAtEnd(known: Known): string[] {
  const window = lastWindow(known);
  if (!window) return [];
  const { all, each } = kpisIn(window, known, true);
  return [`at the end of ${windowAnswer(window, known, MARKDOWN)}, the success criteria are ${all}`, ...each];
}

/** Error rates are all that was measured, and an assumption about anything else is a person's. */
function assumptionsText(known: Known): string[] {
  const window = lastWindow(known);
  if (!window) return [];
  return [
    `the error rates of the success criteria are ${kpisIn(window, known).all} at the end of ${windowName(window, known, MARKDOWN)}; no other assumption was measured`,
  ];
}

/** Alerts, notes and undone entries since the launch. */
function whatHappened(known: Known): string[] {
  const launch = known.windows.find(({ name }) => name === 'since launch');
  if (!launch) return [];
  const alerts = alertsIn(launch, known);
  const notes = notesIn(launch, known, MARKDOWN);
  return [
    ...(alerts
      ? [alerts.length === 0 ? 'nothing was alerted since launch' : `alerted since launch: ${alerts.join(', ')}`]
      : []),
    ...(notes.length > 0 ? [`stage log: ${notes.join('; ')}`] : []),
  ];
}

/** The toggles that may go, while all users are exposed. */
function cleanUpText({ release: { toggles, timeZone }, windows }: Known): string[] {
  const stage = windows.findLast(({ name }) => name.startsWith('stage '));
  if (!stage || stage.complete || stage.exposure < 1 || toggles.length === 0) return [];
  const names = toggles.map(({ name, link }) =>
    link === undefined ? MARKDOWN.text(name) : MARKDOWN.link(MARKDOWN.text(name), link),
  );
  const since = clock(startOf(stage.from), timeZone);
  return [`at 100 % of users since ${since} (${MARKDOWN.text(stage.name)}); toggles to remove: ${names.join(', ')}`];
}
