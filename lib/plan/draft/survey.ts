import { plain, plural } from '../../facts/format';
import { MARKDOWN } from '../markdown/markup';
import { draftOf } from './draft';
import { releaseDraft } from './release-draft';

/** A value that a draft leaves to a person. */
export interface Todo {
  /** Of the draft, from 1. */
  line: number;
  key: string;
  why: string;
}

/** The values that a drafted release file leaves to a person. */
export const todosIn = (draft: string): Todo[] =>
  draft.split('\n').flatMap((text, index) => {
    const found = /^[\s-]*(\w+): # TODO: (.*)$/.exec(text);
    return found ? [{ line: index + 1, key: found[1]!, why: found[2]! }] : [];
  });

/** What a plan would have to say for a value to be read; what no plan says has none. */
const ASKS: Record<string, string> = {
  title: 'a heading of the first rank with the name of the product',
  team: '"Who is monitoring the dashboard(s)?: " with a name behind it',
  toggles: 'a table with a column "Toggle name"',
  site: 'a link to the dashboard in Datadog',
  excludedStatuses: 'the same "excluding 401/403" in each criterion, or none',
  endpoints: 'a list under "success criteria", in which each item names an endpoint in code',
  criteria: '"below 5%" or "consistent with the baseline" as all that an item says of an endpoint',
  ceiling: 'one "Error rate: < 1%"',
  stages: 'headings such as "Stage A: 25% of users"',
  exposure: '"Percentage of users: 25%" once in each stage',
  length: '"Length of time: 1 week" once in each stage',
};

/**
 * What would be read of many plans, as a table in Markdown, and below it what would make most of them readable.
 *
 * @param plans by file
 */
export function surveyOf(plans: ReadonlyMap<string, string>): string[] {
  const rows: string[] = [];
  const lacking = new Map<string, { plans: number; alone: number }>();
  let others = 0;
  for (const [file, source] of plans) {
    const draft = draftOf(source);
    const { stages, endpoints, toggles, checks, unread, lacks } = draft;
    if (stages.length === 0 && endpoints.length === 0 && toggles.length === 0) {
      others++;
      continue;
    }
    const todos = todosIn(
      releaseDraft(draft, { folder: 'releases/surveyed', plan: 'release-plan.md', runbook: 'runbook.md' }),
    ).filter(({ key }) => key in ASKS);
    const keys = new Set(todos.map(({ key }) => key));
    for (const key of keys) {
      const { plans: all, alone } = lacking.get(key) ?? { plans: 0, alone: 0 };
      lacking.set(key, { plans: all + 1, alone: alone + (keys.size === 1 ? 1 : 0) });
    }
    const read = [
      plural(stages.length, 'stage'),
      plural(checks.length, 'check'),
      plural(endpoints.length, 'endpoint'),
      plural(toggles.length, 'toggle'),
    ];
    const left = [...unread.map(({ line, why }) => `line ${line}: ${why}`), ...lacks];
    const cells = [file, read.join(', '), [...keys].join(', ') || 'nothing', left.join('; ') || 'nothing'];
    rows.push(`| ${cells.map((cell) => MARKDOWN.text(plain(cell, 180))).join(' | ')} |`);
  }
  const most = [...lacking].sort(([, a], [, b]) => b.plans - a.plans || b.alone - a.alone);
  return [
    '| plan | read | left as TODO | not read |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `${plural(rows.length, 'plan')}; ${plural(others, 'other file')} without toggles, criteria and stages.`,
    ...(most.length === 0 ? [] : ['', 'What a template would have to ask for, by how many plans lack it:', '']),
    ...most.map(
      ([key, { plans: all, alone }]) =>
        `- ${key} (${plural(all, 'plan')}${alone > 0 ? `, of ${alone} it is all that is missing` : ''}): ${ASKS[key]}`,
    ),
  ];
}
