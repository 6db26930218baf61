import { evidenceChart } from './charts/evidence-chart';
import { COLOURS, inLight } from './charts/palette';
import { rateChart } from './charts/rate-chart';
import type { Report } from './report-facts';
import { html, reportHtml } from './report-html';
import { reportMarkdown } from './report-markdown';
import { evidenceText, rateText } from './report-tables';

const WIDTH = 960;

/** The files of a report: the page, and Markdown with its charts. Their names hold nothing that came from outside. */
export function reportFiles(report: Report): { name: string; content: string }[] {
  const charts = report.endpoints.map((endpoint, index) => {
    const id = `endpoint-${index + 1}`;
    const rate = rateChart(report, endpoint, WIDTH, 'rate');
    return {
      rate: { name: `${id}-rate.svg`, content: alone(rate, rateText(report, endpoint)) },
      ...(endpoint.evidence.length > 0 && {
        evidence: {
          name: `${id}-evidence.svg`,
          content: alone(evidenceChart(report, endpoint, WIDTH, 'evidence'), evidenceText(endpoint)),
        },
      }),
    };
  });
  const names = charts.map(({ rate, evidence }) => ({
    rate: rate.name,
    ...(evidence && { evidence: evidence.name }),
  }));
  return [
    { name: 'report.html', content: reportHtml(report) },
    { name: 'report.md', content: reportMarkdown(report, names) },
    ...charts.flatMap(({ rate, evidence }) => [rate, ...(evidence ? [evidence] : [])]),
  ];
}

/** A chart as a file of its own: with its colours, its paper and what it shows in words. */
const alone = (svg: string, text: string) =>
  inLight(
    svg.replace(
      /^<svg [^>]*>/,
      (root) =>
        `${root}\n<title>${html(text)}</title>\n<rect width="100%" height="100%" fill="${COLOURS.paper[0]}"></rect>`,
    ),
  );
