import fc from 'fast-check';
import type { Nodes, Root } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { plain } from '../../lib/facts/format';
import { hourText, startOf } from '../../lib/facts/hour';
import { markdown } from '../../lib/facts/markdown';
import type { Report } from '../../lib/report/report-facts';
import { reportFiles } from '../../lib/report/report-files';
import { reportMarkdown } from '../../lib/report/report-markdown';
import * as tables from '../../lib/report/report-tables';
import { linkedText, type Text, textWithoutLink, written } from '../../lib/report/report-text';
import { hostileText } from '../fuzz/hostile-text';
import { reportSaying, trick } from '../worlds/hostile-report';
import { LAUNCH } from '../worlds/moments';
import { MOMENTS } from '../worlds/report-moments';
import { RELEASE } from '../worlds/rollout-facts';

const reader = unified().use(remarkParse).use(remarkGfm);
const read = (text: string): Root => reader.parse(text);

const nodesIn = (node: Nodes): Nodes[] => [node, ...('children' in node ? node.children.flatMap(nodesIn) : [])];
const every = <T extends Nodes['type']>(node: Nodes, type: T) =>
  nodesIn(node).filter((one): one is Extract<Nodes, { type: T }> => one.type === type);

/** What people read, without what keeps an address apart. */
const textOf = (node: Nodes): string =>
  node.type === 'html'
    ? ''
    : 'value' in node
      ? node.value
      : 'children' in node
        ? node.children.map(textOf).join('')
        : '';

/** A tree without its words: text in one piece, whatever keeps its parts apart. */
function shapeOf(node: Nodes): unknown {
  if (node.type === 'text' || (node.type === 'html' && node.value === '<!-- -->')) return 'text';
  if (node.type === 'image' || node.type === 'link') expect(node.title).toBeNull();
  const inner = 'children' in node ? node.children.map(shapeOf) : [];
  return [node.type, ...inner.filter((one, index) => one !== 'text' || inner[index - 1] !== 'text')];
}

describe('text in Markdown', () => {
  it('is one paragraph of text, and says what was said', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, trick), (text) => {
        const tree = read(markdown(text));
        const said = plain(text, Number.POSITIVE_INFINITY);
        expect(shapeOf(tree)).toEqual(said === '' ? ['root'] : ['root', ['paragraph', 'text']]);
        expect(textOf(tree)).toBe(said);
      }),
    );
  });
});

describe('a report in Markdown', () => {
  const tablesOf = (report: Report) =>
    [
      tables.findingsTable(report),
      tables.standingTable(report),
      tables.stageTable(report),
      ...report.series.flatMap((one) => [tables.statusTable(one, report), tables.daysTable(one, report)]),
      tables.windowsTable(report),
      tables.alertsTable(report),
    ].map(({ head, rows }) => [head, ...rows]);
  const linksIn = (text: Text): string[] =>
    typeof text === 'string' ? [] : 'href' in text ? [text.href] : text.flatMap(linksIn);
  const same = (href: string) => decodeURIComponent(new URL(href).href);

  it('has the tables, headings, images and links that it makes, and none from a text, and says what was said', () => {
    const shape = shapeOf(read(reportMarkdown(reportSaying(['a', 'b', 'c', 'd']))));
    fc.assert(
      fc.property(fc.tuple(trick, trick, trick, trick), (texts) => {
        const report = reportSaying(texts);
        const tree = read(reportMarkdown(report));
        expect(shapeOf(tree)).toEqual(shape);
        expect(every(tree, 'image').map(({ url }) => url)).toEqual([
          'endpoint-1-rate.svg',
          'endpoint-1-evidence.svg',
          'control-1-rate.svg',
        ]);
        for (const { url } of every(tree, 'link')) expect(url).toMatch(/^https:\/\/x\.datadoghq\.com\/dashboard\/a-/);
        const cells = every(tree, 'table').map((table) => table.children.map((row) => row.children));
        const said = (text: Text) => plain(textWithoutLink(text), Number.POSITIVE_INFINITY);
        expect(cells.map((rows) => rows.map((row) => row.map(textOf)))).toEqual(
          tablesOf(report).map((rows) => rows.map((row) => row.map(said))),
        );
        expect(every(tree, 'heading').map(textOf)).toEqual(
          [texts[1], 'Stages', texts[0], texts[1], 'Results', 'Alerts', 'How to read the charts'].map(said),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('leads from each number to the dashboard at its hours', () => {
    const report = reportSaying(['a', 'b', 'c', 'd']);
    const links = every(read(reportMarkdown(report)), 'table').flatMap((table) =>
      every(table, 'link').map(({ url }) => same(url)),
    );
    expect(links).toEqual(tablesOf(report).flat(2).flatMap(linksIn).map(same));
    expect(links.length).toBeGreaterThan(20);
  });
});

describe('the files of a report', () => {
  const report = MOMENTS['three hours old']();
  const files = new Map(reportFiles(report).map(({ name, content }) => [name, content]));

  it('are the page, and Markdown with every chart that it shows', () => {
    const charts = [1, 2, 3].flatMap((at) => [`endpoint-${at}-rate.svg`, `endpoint-${at}-evidence.svg`]);
    expect([...files.keys()]).toEqual(['report.html', 'report.md', ...charts]);
    expect(every(read(files.get('report.md')!), 'image').map(({ url }) => url)).toEqual(charts);
    expect(files.get('report.md')).toMatch(
      /^# Document Status\n\n\*\*HOLD\*\*: the stage is planned until 2026-02-18 11:00 EST/,
    );
  });

  it('name the window of each finding, and of each number in the words below a chart', () => {
    const dashboard = RELEASE.links[0]!.url;
    const at = (from: number, to: number) => `${dashboard}?from_ts=${startOf(from)}&to_ts=${startOf(to)}&live=false`;
    expect(hourText(LAUNCH)).toBe('2026-02-11T16:00Z');
    const text = files.get('report.md')!;
    expect(text).toContain(
      `| [stage A, 2026-02-11 11:00 EST - 2026-02-11 14:00 EST](${at(LAUNCH, LAUNCH + 3)}): [errors](https://app.ddog-gov.com/apm/traces?query=`,
    );
    expect(text).toMatch(/error rate by hour, 2026-02-10 11:00 EST - 2026-02-11 14:00 EST: \[[\d.]+ % \([\d,]+ of /);
    expect(text).toContain(` in all](${at(LAUNCH - 24, LAUNCH + 3)})`);
    expect(text).toContain(`[baseline 1.19 %](${at(LAUNCH - 672, LAUNCH)})`);
    const [, worst] = /Highest hour: \[[^\]]*2026-02-10 20:00 EST\]\(([^)]*)\)/.exec(text)!;
    expect(worst).toBe(at(LAUNCH - 15, LAUNCH - 14));
  });

  it('say beside each window which of its hours do not count, and why', () => {
    const leftOut = [{ reason: 'database | outage', hours: 2, from: LAUNCH, to: LAUNCH + 2 }];
    const [first, ...windows] = report.windows;
    const text = reportMarkdown({ ...report, windows: [{ ...first!, leftOut }, ...windows] });
    const said = '2 hours left out, 2026-02-11 11:00 EST - 2026-02-11 13:00 EST: database | outage';
    const rows = every(read(text), 'tableRow')
      .map(textOf)
      .filter((row) => row.includes(said));
    expect(rows).toHaveLength(first!.results.length);
    expect(textOf(read(reportMarkdown(report)))).not.toContain('left out,');
  });

  it('have no link when the release names no dashboard', () => {
    const { endpoints, ...rest } = report.release;
    const bare = reportMarkdown({
      ...report,
      release: { ...rest, links: [], endpoints: endpoints.map(({ resource: _, ...one }) => one) },
    });
    expect(every(read(bare), 'link')).toEqual([]);
    expect(bare).toContain('| stage A, 2026-02-11 11:00 EST - 2026-02-11 14:00 EST |');
  });

  it('have charts that any viewer can show: colours of their own, and words', () => {
    for (const [name, content] of files) {
      if (!name.endsWith('.svg')) continue;
      expect(content).not.toContain('var(');
      expect(content).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*>\n<title>#[\w'’-]+|&#39;, /);
    }
  });
});

test('no hours are no link, since a dashboard shows nothing of them', () => {
  expect(linkedText('none', RELEASE, { from: LAUNCH, to: LAUNCH })).toBe('none');
  expect(linkedText('one', RELEASE, { from: LAUNCH, to: LAUNCH + 1 })).toMatchObject({ text: 'one' });
});

test('words beside a link keep their spaces, and lose only those of others', () => {
  const text = ['\n a, ', { text: 'b', href: 'c' }, ' d'];
  expect(
    written(
      text,
      (words) => words.trim(),
      (one) => `[${one.text}]`,
    ),
  ).toBe('a, [b] d');
});
