import type { Nodes } from 'mdast';
import { type Outline, type Range, wholeOf } from '../markdown/outline';

/**
 * Where items of a list end that are a label and nothing else: "- Types of errors logged:". Nobody can tell whether one
 * waits for an answer, so none is changed.
 *
 * @param blanks what waits for an answer by itself; an item with one of them has a placeholder
 */
export function emptyLabelsIn(source: string, { tree }: Outline, blanks: readonly Range[]): number[] {
  const ends: number[] = [];
  const visit = (node: Nodes) => {
    if (node.type === 'listItem') {
      const [paragraph, ...others] = node.children;
      const range = paragraph?.type === 'paragraph' && others.length === 0 ? wholeOf(paragraph) : undefined;
      const text = range && source.slice(range.from, range.to);
      const isLabel = text !== undefined && /^[^\n]*\p{L}[^\n]*[:?][*_\s]*$/u.test(text);
      if (isLabel && !blanks.some(({ from }) => from >= range!.from && from < range!.to)) ends.push(range!.to);
    }
    if ('children' in node) for (const child of node.children) visit(child);
  };
  visit(tree);
  return ends;
}
