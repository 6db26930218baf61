import type { Finding, Verdict } from '../judge/verdict';

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
