import { plain } from '../domain/format';
import type { Report } from './report-facts';
import { EVIDENCE_NOTE, RATE_NOTE } from './report-html';
import * as tables from './report-tables';
import { placeText } from './verdict-text';

/**
 * Text in Markdown: one line in which nothing is a mark, a link, a mention or HTML.
 *
 * @example markdown('#1 <b> | @me') === '\\#1 \\<b\\> \\| \\@me'
 */
export const markdown = (text: string): string =>
  plain(text, Number.POSITIVE_INFINITY)
    .replace(/[\\`*_{}[\]<>#|~$@&!]/g, '\\$&')
    // Bare addresses become links by their scheme or by www.
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(www)\./gi, '$1\\.')
    .replace(/^(?=[-+=])/, '\\')
    .replace(/^(\d+)(?=[.)](\s|$))/, '$1\\');

/** A report as Markdown; `charts` are the names of the files beside it, [rate, evidence] of each endpoint. */
export function reportMarkdown(report: Report, charts: readonly { rate: string; evidence?: string }[]): string {
  const { release, verdict, endpoints } = report;
  return `${[
    `# ${markdown(release.title)}`,
    `**${verdict.recommendation.toUpperCase()}**: ${markdown(verdict.reason)}`,
    markdown(placeText(verdict, release)),
    tableMarkdown(tables.findingsTable(report)),
    '## Stages',
    tableMarkdown(tables.stageTable(report)),
    ...endpoints.flatMap((endpoint, index) => {
      const { rate, evidence } = charts[index]!;
      return [
        `## ${markdown(endpoint.endpoint.name)}`,
        `![Error rate and requests](${rate})`,
        markdown(tables.rateText(report, endpoint)),
        ...(evidence ? [`![Evidence](${evidence})`] : []),
        markdown(tables.evidenceText(endpoint)),
        tableMarkdown(tables.statusTable(endpoint, report)),
        tableMarkdown(tables.daysTable(endpoint, report)),
      ];
    }),
    '## Results',
    tableMarkdown(tables.windowsTable(report)),
    '## Alerts',
    tableMarkdown(tables.alertsTable(report)),
    '## How to read the charts',
    markdown(RATE_NOTE),
    markdown(EVIDENCE_NOTE),
  ].join('\n\n')}\n`;
}

function tableMarkdown({ caption, head, rows, numbersFrom = Infinity, empty }: tables.Table): string {
  if (rows.length === 0) return markdown(empty);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    markdown(caption),
    '',
    line(head.map(markdown)),
    line(head.map((_, column) => (column >= numbersFrom ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(markdown))),
  ].join('\n');
}
