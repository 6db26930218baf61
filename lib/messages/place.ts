import { clock, plain } from '../facts/format';
import { exposureText } from '../judge/toggles/exposure-text';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';

/** The environment, as the scope of the release's metric says; undefined where it says none. */
export const envOf = ({ datadog }: Release): string | undefined =>
  datadog.scope.find((pair) => pair.startsWith('env:'))?.slice('env:'.length);

/** "stage A, 25 % of users since 2026-02-11 11:00 EST; team BMT2, eks-prod" */
export function placeText({ stage }: Verdict, release: Release): string {
  const env = envOf(release);
  const where = stage
    ? `stage ${plain(stage.name, 40)}, ${exposureText(stage)} since ${clock(stage.since, release.timeZone)}`
    : 'nobody is exposed';
  return `${where}; team ${plain(release.team, 40)}${env === undefined ? '' : `, ${plain(env, 40)}`}`;
}
