import type { Release } from '../schema';

type Toggled = Pick<Release, 'toggles' | 'exposed'>;

/** The toggles that say who is exposed. */
export const countingToggles = ({ toggles, exposed }: Toggled): string[] => {
  const names = toggles.map(({ name }) => name);
  return exposed === undefined || exposed === 'any' || exposed === 'all' ? names : [exposed];
};

/**
 * The share of users that is exposed when the toggles that count have these shares. Each toggle chooses its users
 * independently of the others, as those that hash their own name with the user do (Flipper, Unleash, LaunchDarkly).
 *
 * @example exposedShare('any', [0.25, 0.25]) === 0.4375
 * @example exposedShare('all', [0.25, 0.25]) === 0.0625
 */
export function exposedShare(exposed: string | undefined, shares: readonly number[]): number {
  const product = (factors: readonly number[]) => factors.reduce((all, one) => all * one, 1);
  const share = exposed === 'any' ? 1 - product(shares.map((one) => 1 - one)) : product(shares);
  return Number(share.toPrecision(12));
}

/**
 * What an entry of the stage log says of users when each toggle is set to `share`, as a stage of the release file is. A
 * release that does not say which users count is taken at its word: so many are exposed.
 */
export function exposureAt({ toggles, exposed }: Toggled, share: number): { exposure: number; share?: number } {
  if (exposed !== 'any' && exposed !== 'all') return { exposure: share };
  const exposure = exposedShare(
    exposed,
    toggles.map(() => share),
  );
  return exposure === share ? { exposure } : { exposure, share };
}
