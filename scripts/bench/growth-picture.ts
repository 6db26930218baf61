import { html } from '../../lib/facts/html';
import { COLOUR_RULES, colour } from '../../lib/text/palette';

/** What an hour's run of a release took. */
export interface Growth {
  endpoints: number;
  weeks: number;
  statuses: number;
  readUnits: number;
  writeUnits: number;
  cpuSeconds: number;
  megabytes: number;
}

const ROW = 34;
const BAR = 12;
const LEFT = 280;
const LONGEST = 380;
const WIDTH = 800;
const TOP = 34;

/** Two bars for each measured case: processor time and read units, each as a share of its largest. An SVG of its own. */
export function growthPicture(all: readonly Growth[]): string {
  const seconds = Math.max(...all.map((one) => one.cpuSeconds));
  const units = Math.max(...all.map((one) => one.readUnits));
  const bar = (y: number, share: number, fill: 'rate' | 'other', text: string) => {
    const width = Math.round(Math.max(1, share * LONGEST));
    return html`<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR}" fill="${colour(fill)}"></rect><text x="${LEFT + width + 6}" y="${y + BAR / 2}" dy="0.35em" fill="${colour('faint')}">${text}</text>`;
  };
  const rows = all.map((one, index) => {
    const y = TOP + index * ROW;
    const name = `${one.endpoints} endpoints, ${one.weeks} weeks, ${one.statuses} statuses`;
    return html`<text x="${LEFT - 8}" y="${y + BAR + 1}" dy="0.35em" text-anchor="end" fill="${colour('ink')}">${name}</text>${bar(y, one.cpuSeconds / seconds, 'rate', `${one.cpuSeconds.toFixed(1)} s of a processor`)}${bar(y + BAR + 2, one.readUnits / units, 'other', `${Math.round(one.readUnits)} read units`)}`;
  });
  const height = TOP + all.length * ROW + 6;
  const { markup } =
    html`<text x="${LEFT}" y="16" font-weight="bold" fill="${colour('ink')}">What an hour takes</text>${rows}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="What an hour's run takes, by endpoints, weeks and statuses"><style>${COLOUR_RULES}</style><rect width="${WIDTH}" height="${height}" fill="${colour('paper')}"></rect>${markup}</svg>\n`;
}
