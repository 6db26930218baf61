import { plain } from '../../facts/format';
import { commandText } from '../../release/command-text';
import { shareText } from '../markdown/words';
import type { PlanReading } from './draft';
import type { Said } from './reading';

/**
 * A release file as text, from what its plan says: each value with the line of the plan that it was read from. What the
 * plan does not say is left empty beside a TODO, so that the file is not valid before a person has said it.
 *
 * @param places the release's folder, where plan and runbook are, and, as seen from the file, the schema for editors
 */
export function releaseDraft(
  draft: PlanReading,
  {
    folder,
    plan,
    runbook,
    schema = '../../docs/release.schema.json',
  }: { folder: string; plan: string; runbook: string; schema?: string },
): string {
  const { title, team, toggles, site, excluded, endpoints, ceiling, launch, stages, checks, links, unread } = draft;
  return [
    `# yaml-language-server: $schema=${schema}`,
    `# Drafted from ${plain(plan, 100)}, whose lines are given. What is not here has the default of the schema.`,
    ...unread.map(({ line, why }) => `# Not read, line ${line}: ${plain(why, 200)}`),
    ...draft.lacks.map((what) => `# Missing: ${what}`),
    said('title', title, quoted),
    said('team', team, quoted),
    todo('timeZone', 'the zone that people think in, such as America/New_York'),
    '',
    ...listOf('toggles', toggles, draft.noToggles, ({ name, description, link, line }) => [
      `name: ${quoted(name)} # line ${line}`,
      ...(description === undefined ? [] : [`description: ${quoted(description)}`]),
      ...(link === undefined ? [] : [`link: ${quoted(link)}`]),
    ]),
    '',
    'datadog:',
    `  ${said('site', site, String)}`,
    `  ${todo('metric', 'requests by endpoint and status, such as trace.rack.request.hits')}`,
    `  ${todo('scope', 'what all of them carry, such as ["env:prod"]')}`,
    `  ${todo('endpointTag', 'such as resource_name')}`,
    `  ${todo('statusTag', 'such as http.status_code')}`,
    '',
    said('excludedStatuses', excluded, (statuses) => `[${statuses.join(', ')}]`),
    '',
    `# How often these criteria would have paged lately, and the lowest limit that would not have: ${commandText({ name: plain(folder, 300) }, 'doctor')}`,
    ...listOf('endpoints', endpoints, 'no success criterion that was read names one', ({ name, line, criterion }) => [
      `name: ${quoted(name)} # line ${line}`,
      todo('tag', 'its value of the endpoint tag'),
      criterion === undefined
        ? todo('criteria', `below or consistentWithBaseline; line ${line} is not understood`)
        : 'criteria:',
      ...(criterion === undefined
        ? []
        : [`  - ${criterion === 'consistentWithBaseline' ? TOLERANCE : `below: ${criterion.below}`}`]),
    ]),
    ...(ceiling ? ['', said('ceiling', ceiling, String)] : []),
    '',
    ...(launch ? [said('launch', launch, quoted), ''] : []),
    ...listOf(
      'stages',
      stages,
      'no heading such as "Stage A: 25% of users" and no table of stages with their shares was read',
      ({ name, line, exposure, length }) => [
        `name: ${quoted(name)} # line ${line}`,
        said('exposure', exposure, shareText),
        ...(length ? [said('length', length, String)] : []),
      ],
    ),
    '',
    ...listOf('checks', checks, undefined, ({ name, line, length }) => [
      `name: ${quoted(name)} # line ${line}`,
      `length: ${length}`,
    ]),
    '',
    ...listOf('links', links, undefined, ({ title: text, url, line }) => [
      `title: ${quoted(text)} # line ${line}`,
      `url: ${quoted(url)}`,
    ]),
    '',
    `plan: ${quoted(plan)}`,
    `runbook: ${quoted(runbook)}`,
    '',
  ].join('\n');
}

/** The plan's "consistent" names no number; these are the schema's. */
const TOLERANCE = 'consistentWithBaseline: { allowed: 25%, floor: 0.1pt } # how far is usual; the plan names no number';

/** JSON is YAML. */
const quoted = (text: string): string => JSON.stringify(text);

const todo = (key: string, what: string): string => `${key}: # TODO: ${plain(what, 200)}`;

const said = <T>(key: string, what: Said<T>, write: (value: T) => string): string =>
  'todo' in what ? todo(key, what.todo) : `${key}: ${write(what.value)} # line ${what.line}`;

/** A list of YAML; an empty one is a TODO where the release needs one, else says so. */
function listOf<T>(
  key: string,
  items: readonly T[],
  missing: string | undefined,
  linesOf: (item: T) => string[],
): string[] {
  if (items.length === 0)
    return [missing === undefined ? `${key}: [] # none was read from the plan` : todo(key, missing)];
  return [
    `${key}:`,
    ...items.flatMap((item) => linesOf(item).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`)),
  ];
}
