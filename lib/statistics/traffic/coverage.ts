import { type Hourly, usualAt } from './hourly';

/**
 * The share of the usual requests of the hours [from, to) that fall into hours that are known: 1 when all are. Hours of
 * which the baseline knows nothing count as the mean one; without any baseline all hours are alike.
 *
 * @param counts whether an hour counts at all
 */
export function coverage(
  hours: Hourly,
  from: number,
  to: number,
  launch: number,
  counts: (hour: number) => boolean = () => true,
): number {
  if (!hours.slice(from, to).includes(undefined)) return 1;
  const usual = Array.from({ length: Math.max(0, to - from) }, (_, index) => usualAt(hours, from + index, launch));
  const known = usual.filter((one) => one !== undefined);
  const sum = known.reduce((total, one) => total + one, 0);
  const mean = sum > 0 ? sum / known.length : 1;
  let all = 0;
  let counted = 0;
  usual.forEach((one, index) => {
    if (!counts(from + index)) return;
    const weight = sum > 0 ? (one ?? mean) : 1;
    all += weight;
    if (hours[from + index] !== undefined) counted += weight;
  });
  return all > 0 ? counted / all : 1;
}
