import { plain } from '../../facts/format';
import { SITES } from '../../release/schema';
import { isHttps, nodesOf, textOf } from '../markdown/nodes';
import { type Heading, type Outline, outlineOf, wholeOf } from '../markdown/outline';
import { STAGE_LIKE, shareText, wordsOf } from '../markdown/words';
import { checksIn, type PlannedCheck } from './checks';
import { criteriaIn, type PlannedEndpoint } from './criteria';
import { launchIn } from './launch';
import { leftOver } from './left-over';
import { linesAsked } from './lines-asked';
import type { Reading, Said, Unread } from './reading';
import { type PlannedStage, stagesIn } from './stages';
import { heldAgainstTables, linesOfTables, stagesInTables } from './stages-in-tables';
import { titleIn } from './title';
import { type PlannedToggle, togglesIn } from './toggles';

/** What can be read of a release in its plan. */
export interface PlanReading {
  title: Said<string>;
  team: Said<string>;
  toggles: PlannedToggle[];
  /** Why there is none, where there is none. */
  noToggles: string;
  site: Said<string>;
  excluded: Said<number[]>;
  endpoints: PlannedEndpoint[];
  /** A limit of all requests together, as a release file writes it. */
  ceiling?: Said<string>;
  /** The day for which the launch is planned, as a release file writes it. */
  launch?: Said<string>;
  stages: PlannedStage[];
  checks: PlannedCheck[];
  links: { title: string; url: string; line: number }[];
  /** Lines about all this that could not be read. */
  unread: Unread[];
  /** What a rollout needs, and this one has not by what was read of its plan. */
  lacks: string[];
}

export function draftOf(source: string): PlanReading {
  const reading = readingOf(source);
  const { excluded, endpoints, ceiling, asked, unread } = criteriaIn(reading);
  const links = linksIn(reading);
  const headed = stagesIn(reading);
  const isHeaded = headed.found.length > 0;
  const { stages: said, unread: unreadTables } = isHeaded
    ? heldAgainstTables(headed.found, reading)
    : stagesInTables(reading);
  const stages = said.map((stage, index) => upward(stage, said.slice(0, index)));
  const checks = checksIn(reading);
  const toggles = togglesIn(reading);
  const { launch, unread: unreadLaunch } = launchIn(reading);
  const notRead = [...unread, ...unreadLaunch, ...headed.unread, ...unreadTables, ...checks.unread, ...toggles.unread];
  const unclear = stages.filter(({ exposure }) => 'todo' in exposure);
  const lists = [notRead, unclear, checks.found, toggles.found, links];
  const told = new Set([...asked, ...lists.flat().map(({ line }) => line)]);
  return {
    title: titleIn(reading),
    team: teamIn(reading),
    toggles: toggles.found,
    noToggles: toggles.none,
    site: siteIn(links),
    excluded,
    endpoints,
    ...(ceiling && { ceiling }),
    ...(launch && { launch }),
    stages,
    checks: checks.found,
    links,
    unread: [...notRead, ...leftOver(reading, told, stages, linesOfTables(reading))].sort((a, b) => a.line - b.line),
    lacks: stages.length > 0 && !stages.some(isForAllUsers) ? ['no stage that was read is for 100% of users'] : [],
  };
}

function readingOf(source: string): Reading {
  const outline = outlineOf(source);
  let from = 0;
  const starts: number[] = [];
  const lines = source.split('\n').map((text) => {
    starts.push(from);
    const to = from + text.length;
    const isExample = outline.quoted.some((range) => range.from <= from && range.to >= to);
    const shown = isExample ? '' : text.replace(/\r$/, '');
    from += text.length + 1;
    return shown;
  });
  const headings = [...outline.headings, ...itemsIn(outline.tree)].sort((a, b) => a.from - b.from);
  return {
    ...outline,
    source,
    headings,
    lines,
    lineAt: (offset) => starts.findLastIndex((start) => start <= offset) + 1,
  };
}

/** Items of a list that others are indented under, if they begin as a stage does: headings below all others. */
const itemsIn = ({ children }: Outline['tree']): Heading[] =>
  children.flatMap((list) =>
    list.type !== 'list'
      ? []
      : list.children.flatMap(({ children: [first, second] }) => {
          const text = first?.type === 'paragraph' ? textOf(first).trim() : '';
          if (second?.type !== 'list' || !STAGE_LIKE.test(/^\W*\w*/.exec(text)![0])) return [];
          return [{ ...wholeOf(first!)!, depth: ITEM_DEPTH, text, repeated: false }];
        }),
  );

const ITEM_DEPTH = 9;

/** A rollout goes up: what goes back may be the first stage of another feature. */
function upward(stage: PlannedStage, before: readonly PlannedStage[]): PlannedStage {
  const { exposure } = stage;
  const higher = before.find(
    (one) => 'value' in one.exposure && 'value' in exposure && one.exposure.value > exposure.value,
  );
  if (!higher || !('value' in exposure) || !('value' in higher.exposure)) return stage;
  const [own, other] = [exposure, higher.exposure].map(({ value, line }) => `${shareText(value)} in line ${line}`);
  return { ...stage, exposure: { todo: `${own} follows ${other}; the plan may be of more than one rollout` } };
}

const isForAllUsers = ({ exposure }: PlannedStage): boolean => 'value' in exposure && exposure.value === 1;

const MONITORING = /\bwho (?:is|will be|will) monitor\w*[^?:\n]*[?:]+["”)*_:\s]*/i;

function teamIn(reading: Reading): Said<string> {
  const { lines } = reading;
  const said = linesAsked(reading, MONITORING).map(({ text, line }) => ({ value: teamName(text), line }));
  const named = said.filter(({ value }) => value !== '');
  if (named.length > 0) return { value: plain(named.map(({ value }) => value).join(', '), 200), line: named[0]!.line };
  const owner = lines.findIndex((one) => OWNER.test(wordsOf(one)));
  const owning = teamName(OWNER.exec(wordsOf(lines[owner] ?? ''))?.[1] ?? '');
  return owning === '' ? { todo: 'no line was read that says who is monitoring' } : { value: owning, line: owner + 1 };
}

const OWNER = /^(?:owner|team|owning team|owned by|monitored by)\s*:\s*(.*)$/i;

const teamName = (text: string): string => {
  const name = plain(wordsOf(text).replace(/ team$/i, ''), 100);
  return /fill.{0,2}in|^TBD$/i.test(name) ? '' : name;
};

const HTML_LINK = /<a\b[^<>]*?\bhref\s*=\s*["']([^"'<>]+)["'][^<>]*>([^<]*)<\/a/gi;

function linksIn({ tree, lines, lineAt }: Reading): PlanReading['links'] {
  const all = [...nodesOf(tree)].flatMap((node) =>
    node.type === 'link' && node.position
      ? [{ url: node.url, words: textOf(node), line: lineAt(node.position.start.offset!) }]
      : [],
  );
  const html = lines.flatMap((text, index) =>
    [...text.matchAll(HTML_LINK)].map(([, url, words]) => ({ url: url!, words: wordsOf(words!), line: index + 1 })),
  );
  const found = new Map<string, PlanReading['links'][number]>();
  for (const { url, words, line } of [...all, ...html].sort((a, b) => a.line - b.line)) {
    if (!isHttps(url) || found.has(url)) continue;
    const title = plain(/fill.{0,2}in/i.test(words) ? url : words, 200);
    if (title === '' || !/dashboard|monitor|datadog|ddog-gov|grafana/i.test(`${title} ${url}`)) continue;
    found.set(url, { title, url, line });
  }
  return [...found.values()];
}

/** Datadog's site, from the address of a dashboard. */
function siteIn(links: PlanReading['links']): Said<string> {
  const bySize = SITES.toSorted((a, b) => b.length - a.length);
  for (const { url, line } of links) {
    const { hostname } = new URL(url);
    const site = bySize.find((one) => hostname === one || hostname.endsWith(`.${one}`));
    if (site !== undefined) return { value: site, line };
  }
  return { todo: 'the plan links no page of Datadog' };
}
