import { markdown, markdownLink } from '../facts/markdown';
import { judgedText } from '../text/verdict-text';
import { EVIDENCE_NOTE, evidenceCaption, placeOf, RATE_NOTE, rateCaption } from './report-captions';
import type { Report } from './report-facts';
import type { SeriesReport } from './report-series';
import * as tables from './report-tables';
import { type Text, written } from './report-text';

const textMarkdown = (text: Text): string =>
  written(text, markdown, ({ text: words, href }) => markdownLink(markdown(words), href));

export const rateFile = ({ id }: SeriesReport) => `${id}-rate.svg`;
export const evidenceFile = ({ id }: SeriesReport) => `${id}-evidence.svg`;

/** A report as Markdown, with the names of its charts' files. */
export function reportMarkdown(report: Report): string {
  const { release, verdict } = report;
  return `${[
    `# ${markdown(release.title)}`,
    `**${verdict.recommendation.toUpperCase()}**: ${markdown(verdict.reason)}`,
    markdown(judgedText(verdict, release)),
    tableMarkdown(tables.findingsTable(report)),
    ...(report.standing ? [tableMarkdown(tables.standingTable(report))] : []),
    '## Stages',
    tableMarkdown(tables.stageTable(report)),
    ...report.series.flatMap((series) => [
      `## ${markdown(series.name)}`,
      markdown(placeOf(series)),
      `![Error rate and requests](${rateFile(series)})`,
      textMarkdown(rateCaption(report, series)),
      ...(series.evidence.length > 0 ? [`![Evidence](${evidenceFile(series)})`] : []),
      ...(series.endpoint ? [textMarkdown(evidenceCaption(report, series))] : []),
      tableMarkdown(tables.statusTable(series, report)),
      tableMarkdown(tables.daysTable(series, report)),
    ]),
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
    line(head.map(textMarkdown)),
    line(head.map((_, column) => (column >= numbersFrom ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(textMarkdown))),
  ].join('\n');
}
