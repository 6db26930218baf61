import { percent } from '../../facts/format';
import type { CriterionKind, Finding, Outcome } from '../../judge/verdict';
import { CRITERION_TEXT } from '../../judge/verdict';
import type { Criterion } from '../../release/schema';
import type { ResultWindow } from '../../results/results';
import { MARKDOWN } from '../markdown/markup';
import type { Known } from './known';
import { rateAnswer } from './rates';

const SAID: Record<Outcome, string> = {
  pass: 'met',
  breach: 'not met',
  inconclusive: 'not shown yet',
  'no-data': 'no data',
};

/** {@link kpisIn} in one line. */
export function kpiText(window: ResultWindow, known: Known): string {
  const { all, each } = kpisIn(window, known);
  return `${all} (${each.join('; ')})`;
}

/**
 * How the KPIs compare to the plan's own definition of success: each criterion of the release file as the judge saw it at
 * the window's end, those that are not met first.
 *
 * @param rated whether each has its rate in the window beside it, with what it was before and what is tolerated
 */
export function kpisIn(window: ResultWindow, known: Known, rated = false): { all: string; each: string[] } {
  const { release, findingsAt } = known;
  const found = findingsAt(window.to - 1);
  const each = window.results.flatMap((result) => {
    const { criteria } = release.endpoints.find(({ name }) => name === result.endpoint)!;
    return criteria.map((criterion) => {
      const kind: CriterionKind = 'below' in criterion ? 'below' : 'consistentWithBaseline';
      const finding = found.find((one) => one.endpoint === result.endpoint && one.criterion === kind);
      const outcome = finding?.outcome ?? 'no-data';
      const rate = rated ? ` ${rateAnswer(result, window, known, MARKDOWN) ?? 'is unknown'},` : '';
      const levels = rated && finding ? levelsOf(finding, known) : '';
      const text = `${MARKDOWN.text(result.endpoint)}${rate} ${criterionText(criterion)}${levels}: ${SAID[outcome]}`;
      return { outcome, text };
    });
  });
  const open = each.filter(({ outcome }) => outcome !== 'pass');
  const broken = open.filter(({ outcome }) => outcome === 'breach');
  const all = broken.length > 0 ? 'not met' : open.length > 0 ? 'not all shown to be met' : 'all met';
  const others = [...open.filter(({ outcome }) => outcome !== 'breach'), ...each.filter((one) => !open.includes(one))];
  return { all, each: [...broken, ...others].map(({ text }) => text) };
}

const criterionText = (criterion: Criterion): string =>
  'below' in criterion ? `below ${percent(criterion.below)}` : CRITERION_TEXT.consistentWithBaseline;

/** " (0.336 % before, 0.52 % tolerated)"; the rate before is that of all hours, as elsewhere in the plan. */
function levelsOf({ endpoint, criterion, limit }: Finding, { windows }: Known): string {
  if (limit === undefined || criterion === 'below') return '';
  const { errors, requests } = windows[0]!.results.find((one) => one.endpoint === endpoint)!.tally;
  return ` (${requests === 0 ? '' : `${percent(errors / requests)} before, `}${percent(limit)} tolerated)`;
}
