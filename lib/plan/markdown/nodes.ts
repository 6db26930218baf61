import type { Nodes } from 'mdast';

/** A node of Markdown and all that is in it, in their order. */
export function* nodesOf(node: Nodes): Generator<Nodes> {
  yield node;
  if ('children' in node) for (const child of node.children) yield* nodesOf(child);
}

export const textOf = (node: Nodes): string =>
  'value' in node ? node.value : 'children' in node ? node.children.map(textOf).join('') : '';

export const isHttps = (url: string): boolean => /^https:\/\//.test(url) && URL.canParse(url);
