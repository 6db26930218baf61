import { count } from '../facts/format';
import type { CriterionEvidence } from '../judge/evidence';
import type { Colour } from '../text/palette';
import type { ChartedEvidence, ChartedHours } from './charted';
import {
  background,
  bottomOf,
  type Drawing,
  frameOf,
  LEFT,
  lineLabels,
  type Plot,
  rule,
  stageLabels,
  stageMarks,
  steps,
  timeLabels,
  zoneLabel,
} from './plot';

const PLOT: Plot = { top: 20, height: 170 };
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
const evidenceLines = ({ evidence }: ChartedEvidence) =>
  evidence.flatMap(({ criterion, breach, pass }) => {
    const { breach: broken, pass: met } = NAMES[criterion];
    return [
      { text: broken[0], fill: broken[1], values: breach, dash: undefined },
      ...(met ? [{ text: met[0], fill: met[1], values: pass, dash: '6 3' }] : []),
    ];
  });

/** Evidence over time as odds on a log scale. Unknown hours are shaded, and what evidence there was stands still in them. */
export function evidenceChart(span: ChartedHours, charted: ChartedEvidence, width: number): Drawing {
  const { from, timeZone } = span;
  const { hours, evidenceFrom } = charted;
  const frame = frameOf(span, (index) => hours[index] === undefined, width);
  const heightOf = (odds: number) => Math.log10(Math.min(HIGHEST, Math.max(LOWEST, odds)));
  const [low, high] = [heightOf(LOWEST), heightOf(HIGHEST)];
  const yOf = (odds: number) => PLOT.top + PLOT.height * (1 - (heightOf(odds) - low) / (high - low));
  const lines = evidenceLines(charted);
  const shown = (values: readonly number[]) =>
    hours.map((hour, index) => {
      const value = values[from + index - evidenceFrom];
      return value === undefined || hour === undefined ? undefined : yOf(value);
    });
  const right = width - frame.right;
  const parts = [
    ...background(
      frame,
      PLOT,
      TICKS.map((odds) => ({ y: yOf(odds), text: odds < 1 ? String(odds) : count(odds), line: false })),
    ),
    ...stageMarks(frame, PLOT),
    ...[1, 20, 100].map((odds) =>
      rule(`M${LEFT} ${yOf(odds).toFixed(1)}H${right}`, odds === 1 ? 'rule' : 'ink', 1, '1 3'),
    ),
    ...lines.map(({ values, fill, dash }) => rule(steps(frame, shown(values)), fill, 2, dash)),
    ...stageLabels(frame, 10),
    ...lineLabels(
      frame,
      PLOT,
      lines.flatMap(({ text, fill, values }) =>
        values.length > 0 ? [{ text, fill, y: yOf(values.at(-1)!), weight: 'bold' as const }] : [],
      ),
    ),
    ...timeLabels(frame, bottomOf(PLOT)),
    zoneLabel(frame, timeZone, HEIGHT - 10),
  ];
  return { width, height: HEIGHT, parts };
}
