import { type LeftOut, leftOutTexts } from '../../facts/exclusion';
import { commandText } from '../../release/command-text';
import type { Release } from '../../release/schema';
import type { StaleBaseline } from '../rollout';
import type { Notice } from '../verdict';

/** Told once and at once: what makes that a rate cannot be compared, and how to mend it. */
export const comparisonNotices = (
  leftOut: readonly LeftOut[],
  stale: StaleBaseline | undefined,
  release: Release,
): Notice[] => [
  ...leftOut
    .filter(({ otherwise }) => otherwise)
    .map(({ reason, ...rest }): Notice => {
      const [text] = leftOutTexts([{ reason, ...rest }], release.timeZone);
      const anew = `this counts them anew: ${commandText(release, 'backfill', '--again')}`;
      return { key: `counted/${reason}`, kind: 'traffic', text: `${text!}; ${anew}` };
    }),
  ...(stale === undefined
    ? []
    : [
        { key: `baseline/${stale.why}`, kind: 'traffic', text: `${stale.why}; begin anew: ${stale.command}` } as Notice,
      ]),
];
