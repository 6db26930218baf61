import { plain } from '../../facts/format';
import type { Reading, Said } from './reading';

/** What templates call a plan, and rollouts in general, of which none is the name of this one. */
const OF_NONE =
  /\b(templates?|samples?|examples?|your|my|the|a|for|of|product|feature|project|initiative|application|app|name|title|insert|enter|here|this|canary|staged|phased|gradual|progressive|incremental|roll-?out|release|launch|deployment|production|plan)\b|[^\p{L}\p{N}]+/giu;

/** The first heading of the first rank, else the first that speaks of a rollout. */
export function titleIn({ headings, lineAt }: Reading): Said<string> {
  const first =
    headings.find(({ depth }) => depth === 1) ?? headings.find(({ text }) => /^\W*(roll-?out|release)\b/i.test(text));
  if (!first) return { todo: 'the plan has no heading that could be its title' };
  const line = lineAt(first.from);
  const title = plain(
    first.text
      .replace(/\b(release|rollout) plan\b( (for|of)\b)?/i, '')
      .replace(/^\W*(roll-?out|release)\s*[:–—-]|[:–—-]\s*(roll-?out|release)\W*$/i, ''),
    100,
  ).replace(/^[^\p{L}\p{N}]+|[\s:–—-]+$/gu, '');
  if (/[[\]<>{}]/.test(title) || title.replace(OF_NONE, '') === '')
    return { todo: `"${plain(first.text, 60)}" in line ${line} has only words of a template` };
  return { value: title, line };
}
