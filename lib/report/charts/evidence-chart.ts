import { count } from '../../facts/format';
import type { CriterionEvidence } from '../../judge/evidence';
import { type Colour, colour } from '../../text/palette';
import type { Report } from '../report-facts';
import type { SeriesReport } from '../report-series';
import { drawn, frameOf, LEFT, label, lineLabels, marks, stageLabels, steps, timeScale } from './frame';

const PLOT = { top: 20, height: 170 };
const HEIGHT = 234;
/** Odds at which the axis is cut off: below nothing is meant, above nothing is decided. */
const LOWEST = 0.1;
const HIGHEST = 10_000;
/** What the odds are for; 20 and 100 are where something is decided. */
const TICKS = [0.1, 1, 20, 100, 1000, 10_000];

const NAMES: Record<CriterionEvidence['criterion'], { breach: [string, Colour]; pass: [string, Colour] | undefined }> =
  {
    consistentWithBaseline: { breach: ['above baseline', 'broken'], pass: ['no harm', 'rate'] },
    below: { breach: ['above limit', 'other'], pass: ['below limit', 'met'] },
    ceiling: { breach: ['above ceiling', 'other'], pass: undefined },
  };

/** The lines of an evidence chart: what each is odds for, and how it is drawn. */
const evidenceLines = ({ evidence }: SeriesReport) =>
  evidence.flatMap(({ criterion, breach, pass }) => {
    const { breach: broken, pass: met } = NAMES[criterion];
    return [
      { text: broken[0], fill: broken[1], values: breach, dash: 'solid' },
      ...(met ? [{ text: met[0], fill: met[1], values: pass, dash: 'dashed' }] : []),
    ];
  });

/** Evidence over time as odds on a log scale. Unknown hours are shaded, and what evidence there was stands still in them. */
export function evidenceChart(report: Report, series: SeriesReport, width: number, id: string): string {
  const { from, to, release } = report;
  const { hours, evidenceFrom } = series;
  const frame = frameOf(report, (index) => hours[index] === undefined, width);
  const heightOf = (odds: number) => Math.log10(Math.min(HIGHEST, Math.max(LOWEST, odds)));
  const [low, high] = [heightOf(LOWEST), heightOf(HIGHEST)];
  const yOf = (odds: number) => PLOT.top + PLOT.height * (1 - (heightOf(odds) - low) / (high - low));
  const lines = evidenceLines(series).map((line) => ({
    ...line,
    shown: Array.from({ length: to - from }, (_, index) => {
      const value = line.values[from + index - evidenceFrom];
      return value === undefined || hours[index] === undefined ? undefined : heightOf(value);
    }),
  }));
  const base = { type: 'line', silent: true, showSymbol: false };
  const option = {
    grid: { left: LEFT, right: frame.right, ...PLOT },
    xAxis: timeScale(frame, 0, true),
    yAxis: {
      type: 'value' as const,
      min: low,
      max: high,
      splitLine: { show: false },
      axisTick: { customValues: TICKS.map(heightOf) },
      axisLabel: {
        customValues: TICKS.map(heightOf),
        fontSize: 11,
        color: colour('faint'),
        formatter: (log: number) => (log < 0 ? String(LOWEST) : count(10 ** log)),
      },
    },
    series: [
      { ...base, data: [], ...marks(frame) },
      ...[1, 20, 100].map((odds) => ({
        ...base,
        data: [
          [from, heightOf(odds)],
          [to, heightOf(odds)],
        ],
        lineStyle: { color: colour(odds === 1 ? 'rule' : 'ink'), width: 1, type: 'dotted' },
      })),
      ...lines.map(({ shown, fill, dash }) => ({
        ...base,
        data: steps(frame, shown),
        lineStyle: { color: colour(fill), width: 2, type: dash },
      })),
    ],
    graphic: [
      ...stageLabels(frame, 10),
      ...lineLabels(
        frame,
        PLOT.top + 4,
        PLOT.top + PLOT.height,
        lines.flatMap(({ text, fill, values }) =>
          values.length > 0 ? [{ text, fill, y: yOf(values.at(-1)!), weight: 'bold' }] : [],
        ),
      ),
      label(LEFT, HEIGHT - 10, width < 600 ? release.timeZone : frame.axis.zone),
    ],
  };
  return drawn(option, { width, height: HEIGHT }, id);
}
