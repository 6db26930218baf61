import { createHash } from 'node:crypto';
import { evidenceChart } from '../charts/evidence-chart';
import { type Drawing, svg } from '../charts/plot';
import { rateChart } from '../charts/rate-chart';
import { type Html, html } from '../facts/html';
import { toneOf } from '../text/palette';
import { judgedText } from '../text/verdict-text';
import * as captions from './report-captions';
import { chartedHours, type Report } from './report-facts';
import type { SeriesReport } from './report-series';
import { STYLE } from './report-style';
import * as tables from './report-tables';
import { type Text, textWithoutLink, written } from './report-text';

const WIDE = 1000;
const NARROW = 366;

const textHtml = (text: Text): Html => ({
  markup: written(
    text,
    (words) => html`${words}`.markup,
    ({ text: words, href }) => html`<a href="${href}" target="_blank" rel="noreferrer">${words}</a>`.markup,
  ),
});

/** A report as one file: no script, nothing from elsewhere, and a policy that forbids both. */
export function reportHtml(report: Report): string {
  const { release, verdict, series } = report;
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${release.title}: ${verdict.recommendation}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<header>
<h1>${release.title}</h1>
<p class="place">Release ${release.name}, team ${release.team}; times in ${release.timeZone}</p>
<nav aria-label="Parts of this report"><ul>
<li><a href="#verdict">Verdict</a></li>
<li><a href="#stages">Stages</a></li>
${series.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}
<li><a href="#results">Results</a></li>
<li><a href="#alerts">Alerts</a></li>
</ul></nav>
</header>
<main>
<section id="verdict" class="${toneOf(verdict.recommendation)}" aria-labelledby="verdict-title">
<h2 id="verdict-title">Verdict</h2>
<p><strong class="word">${verdict.recommendation.toUpperCase()}</strong></p>
<p>${verdict.reason}</p>
<p class="place">${judgedText(verdict, release)}</p>
${tableHtml(tables.findingsTable(report), 'cards')}
${report.standing && tableHtml(tables.standingTable(report), 'cards')}
</section>
<section id="stages" aria-labelledby="stages-title">
<h2 id="stages-title">Stages</h2>
${tableHtml(tables.stageTable(report), 'cards')}
</section>
${series.map((one) => seriesHtml(report, one))}
<section id="results" aria-labelledby="results-title">
<h2 id="results-title">Results</h2>
${tableHtml(tables.windowsTable(report), 'cards')}
</section>
<section id="alerts" aria-labelledby="alerts-title">
<h2 id="alerts-title">Alerts</h2>
${tableHtml(tables.alertsTable(report), 'cards')}
</section>
</main>
<footer>
<p class="note">Errors are statuses ${release.errorStatuses.from} to ${release.errorStatuses.to}${release.endpoints.some(({ counters, slow }) => counters ?? slow) ? ', or what an endpoint counts as failed itself' : ''}${release.excludedStatuses.length > 0 ? `; ${release.excludedStatuses.join(', ')} leave errors and requests alike` : ''}. An hour that nobody could measure is unknown, never 0.</p>
</footer>
</body>
</html>
`.markup;
}

function seriesHtml(report: Report, series: SeriesReport): Html {
  const { id, name } = series;
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
<p class="place">${captions.placeOf(series)}</p>
<h3>Error rate and requests</h3>
${figure(captions.rateCaption(report, series), captions.RATE_NOTE, `${id}-rate`, (width) => rateChart(chartedHours(report), series, width))}
${series.endpoint && evidenceHtml(report, series)}
<h3>Statuses</h3>
${tableHtml(tables.statusTable(series, report))}
<details>
<summary>The same day by day</summary>
${tableHtml(tables.daysTable(series, report))}
</details>
</section>`;
}

const evidenceHtml = (report: Report, series: SeriesReport) => html`<h3>Evidence</h3>
${
  series.evidence.length === 0
    ? html`<p>There is no evidence yet.</p>`
    : figure(captions.evidenceCaption(report, series), captions.EVIDENCE_NOTE, `${series.id}-evidence`, (width) =>
        evidenceChart(chartedHours(report), series, width),
      )
}`;

function figure(text: Text, note: string, id: string, draw: (width: number) => Drawing): Html {
  const sizes = [
    ['wide', WIDE],
    ['narrow', NARROW],
  ] as const;
  const charts = sizes.map(([name, width]) =>
    svg(draw(width), html`class="${name}" role="img" aria-labelledby="${id}-text" focusable="false"`),
  );
  return html`<figure>
${charts}
<figcaption><span id="${id}-text">${textHtml(text)}</span> ${note}</figcaption>
</figure>`;
}

function tableHtml({ caption, head, rows, numbersFrom = Infinity, empty }: tables.Table, kind = 'numbers'): Html {
  if (rows.length === 0) return html`<p>${empty}</p>`;
  const css = (column: number) => column >= numbersFrom && html` class="number"`;
  const cell = (text: Text, column: number) => {
    if (column === 0) return html`<th scope="row">${textHtml(text)}</th>`;
    const named = kind === 'cards' && html` data-name="${textWithoutLink(head[column]!)}"`;
    return html`<td${css(column)}${named}>${textHtml(text)}</td>`;
  };
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table class="${kind}">
<caption>${caption}</caption>
<thead><tr>${head.map((name, column) => html`<th scope="col"${css(column)}>${textHtml(name)}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}
</tbody>
</table>
</div>`;
}
