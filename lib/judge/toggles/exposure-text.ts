import { percent } from '../../facts/format';
import type { StageEvent } from '../../facts/stage';
import type { VerdictStage } from '../verdict';

/**
 * Who is exposed, and who says so.
 *
 * @example exposureText({ exposure: 0.25 }) === '25 % of users'
 * @example exposureText({ exposure: 0.25, toggle: 0.25 }) === '25 % by the toggle'
 * @example exposureText({ exposure: 0.4375, toggle: 0.25 }) === '43.8 % of users, 25 % by each toggle'
 */
export function exposureText({ exposure, toggle }: Pick<VerdictStage, 'exposure' | 'toggle'>): string {
  if (toggle === undefined) return `${percent(exposure)} of users`;
  return toggle === exposure
    ? `${percent(exposure)} by the toggle`
    : `${percent(exposure)} of users, ${percent(toggle)} by each toggle`;
}

/** The same of an entry of the stage log. */
export const entryExposureText = ({
  exposure,
  share = exposure,
  byToggle,
}: Pick<StageEvent, 'exposure' | 'share' | 'byToggle'>): string =>
  exposureText({ exposure, ...(byToggle && { toggle: share }) });
