import { evidenceChart } from '../charts/evidence-chart';
import { type Drawing, svg } from '../charts/plot';
import { rateChart } from '../charts/rate-chart';
import { html } from '../facts/html';
import { COLOURS, inLight } from '../text/palette';
import { evidenceCaption, rateCaption } from './report-captions';
import { chartedHours, type Report } from './report-facts';
import { reportHtml } from './report-html';
import { evidenceFile, rateFile, reportMarkdown } from './report-markdown';
import { type Text, textWithoutLink } from './report-text';

const WIDTH = 960;

/** The files of a report: the page, and Markdown with its charts. Their names hold nothing that came from outside. */
export function reportFiles(report: Report): { name: string; content: string }[] {
  const span = chartedHours(report);
  const charts = report.series.flatMap((series) => [
    {
      name: rateFile(series),
      content: alone(rateChart(span, series, WIDTH), rateCaption(report, series)),
    },
    ...(series.evidence.length > 0
      ? [
          {
            name: evidenceFile(series),
            content: alone(evidenceChart(span, series, WIDTH), evidenceCaption(report, series)),
          },
        ]
      : []),
  ]);
  return [
    { name: 'report.html', content: reportHtml(report) },
    { name: 'report.md', content: reportMarkdown(report) },
    ...charts,
  ];
}

/** A chart as a file of its own: with its colours, its paper and what it shows in words. */
const alone = (chart: Drawing, text: Text) =>
  inLight(
    svg(
      chart,
      undefined,
      html`<title>${textWithoutLink(text)}</title>
<rect width="100%" height="100%" fill="${COLOURS.paper[0]}"></rect>`,
    ).markup,
  );
