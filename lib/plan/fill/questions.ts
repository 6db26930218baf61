import type { List, ListItem, Nodes, Paragraph } from 'mdast';
import { clock } from '../../facts/format';
import { startOf } from '../../facts/hour';
import { MARKDOWN } from '../markdown/markup';
import { lastAt, type Outline, pathTo, wholeOf } from '../markdown/outline';
import { wordsOf } from '../markdown/words';
import type { Answer } from './answers';
import { type Known, windowAnswer } from './known';
import { kpiText } from './kpis';

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

/** Why a question stays open, with what the data know of it: of the KPIs and of the clean-up, and of nothing else. */
export function draftFor(question: string, known: Known): Answer {
  const draft = KPIS.test(question) ? kpisAtEnd(known) : CLEAN_UP.test(question) ? cleanUpText(known) : undefined;
  return { open: 'takes a person', ...(draft !== undefined && { draft }) };
}

/** The KPIs at the end of the newest check that is over, else stage. */
function kpisAtEnd(known: Known): string | undefined {
  const { windows } = known;
  const over = windows.filter(({ complete }) => complete);
  const window =
    over.findLast(({ name }) => name.endsWith(' check')) ?? over.findLast(({ name }) => name.startsWith('stage '));
  if (!window) return undefined;
  return `at the end of ${windowAnswer(window, known, MARKDOWN)}: ${kpiText(window, known, true)}`;
}

/** The toggles that may go, while all users are exposed. */
function cleanUpText({ release: { toggles, timeZone }, windows }: Known): string | undefined {
  const stage = windows.findLast(({ name }) => name.startsWith('stage '));
  if (!stage || stage.complete || stage.exposure < 1 || toggles.length === 0) return undefined;
  const names = toggles.map(({ name, link }) =>
    link === undefined ? MARKDOWN.text(name) : MARKDOWN.link(MARKDOWN.text(name), link),
  );
  const since = clock(startOf(stage.from), timeZone);
  return `at 100 % of users since ${since} (${MARKDOWN.text(stage.name)}); toggles to remove: ${names.join(', ')}`;
}
