import { percent } from '../facts/format';
import type { CriterionKind, Finding, Verdict } from '../judge/verdict';

/** The broken criteria, worst first: those bad enough to roll back, then by how many times the limit the rate is. */
export const brokenIn = ({ findings }: Verdict): Finding[] =>
  findings
    .filter(({ outcome }) => outcome === 'breach')
    .toSorted((a, b) => Number(b.rollBack) - Number(a.rollBack) || excess(b) - excess(a));

const excess = ({ pooled: { errors, requests }, limit }: Finding) =>
  requests === 0 || !limit ? 0 : errors / requests / limit;

/** The endpoints that fell silent, each with one finding. */
export const silentIn = ({ findings }: Verdict): Finding[] => [
  ...new Map(
    findings.filter(({ silentSince }) => silentSince !== undefined).map((finding) => [finding.endpoint, finding]),
  ).values(),
];

/** What a rate is held against, in a word. */
const AGAINST: Record<CriterionKind, string> = {
  below: 'limit',
  ceiling: 'ceiling',
  consistentWithBaseline: 'baseline',
};

const twoDigits = (rate: number): string => percent(Number(rate.toPrecision(2)));

/**
 * How bad a broken criterion is, in a few words: "2.4 % (baseline 1.2 %)". Beside requests with the toggle off it is held
 * against those.
 */
export function shortRate({ criterion, pooled, toggleOff, limit, baselineRate }: Finding): string {
  if (pooled.requests === 0) return 'broken';
  const now = twoDigits(pooled.errors / pooled.requests);
  if (toggleOff && toggleOff.requests > 0)
    return `${now} (toggle off ${twoDigits(toggleOff.errors / toggleOff.requests)})`;
  const against = criterion === 'consistentWithBaseline' ? baselineRate : limit;
  return against === undefined ? now : `${now} (${AGAINST[criterion]} ${twoDigits(against)})`;
}
