import { type Hour, startOf } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import { exposedStays, launchOf, type StageEvent, stays } from '../facts/stage';
import { judgedFindings } from '../judge/judge';
import { rolloutOf, unexposedRollout } from '../judge/rollout';
import type { Finding } from '../judge/verdict';
import type { Release } from '../release/schema';

/**
 * One endpoint's findings as if the stay in which it broke had never been left: by the same evidence, against the same
 * levels. An entry in the log is no evidence that errors ended, so what broke in an earlier stay is judged on by this.
 *
 * @param since hour in which it broke
 * @returns none when the release does not watch the endpoint
 */
export function judgedOn(
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  hour: Hour,
  endpoint: string,
  since: Hour,
): Finding[] {
  const before = log.filter((event) => event.at < startOf(since + 1));
  const rollout = rolloutOf(before) ?? unexposedRollout(before, since);
  const alone = { ...release, endpoints: release.endpoints.filter(({ name }) => name === endpoint) };
  return judgedFindings(alone, { ...rollout, log }, snapshots, hour);
}

/** Hours since the release was taken back to exposure 0; undefined while users are exposed and before the launch. */
export function hoursSinceRollBack(log: readonly StageEvent[], hour: Hour): number | undefined {
  const seen = log.filter((event) => event.at < startOf(hour + 1));
  const last = seen.at(-1);
  if (!launchOf(seen) || !last || exposedStays(seen).length > 0) return undefined;
  const first = stays(seen).findLast(
    (stay, index) => stay.exposure === 0 && (stays(seen)[index - 1]?.exposure ?? 0) > 0,
  );
  return hour + 1 - (first ?? stays(seen).at(-1)!).from;
}
