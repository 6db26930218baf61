import type { Hour, Instant } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import type { Release } from '../../lib/release/schema';
import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { LAUNCH, tickOf } from './moments';
import { remembered } from './remembered';
import { FINE, releaseOf } from './small-release';

/** Each hour before whose run the toggle is moved, and to which percentage. */
export const MOVES = new Map<Hour, string>([
  [LAUNCH, '25'],
  [LAUNCH + 3, '50'],
  [LAUNCH + 5, '0'],
  [LAUNCH + 8, '25'],
  [LAUNCH + 10, '100'],
]);
const END = LAUNCH + 12;
/** It is moved so long before the run. */
const EARLIER_MS = 14 * 60_000;

/** The toggle `one` of a flag server, which stands at 0 % in the beginning. */
export interface Flags {
  toggleService: Record<string, object>;
  env?: NodeJS.ProcessEnv;
  /** Moves it as an owner does. */
  move(percentage: string): Promise<void>;
  /** The server's own time. */
  clock(): Instant;
}

/**
 * The stage log of hours in which a toggle is moved and nobody enters a stage, read by the reader of its kind. The hours
 * are played, and the server's clock is not: an instant that the server knows has to lie between the beginning and the end
 * of the newest move by its clock, and is then the instant of that move in the play.
 */
export async function playedLog({ toggleService, env = {}, move, clock }: Flags): Promise<StageEvent[]> {
  const release: Release = releaseOf('flags', {
    toggles: [{ name: 'one' }],
    stages: [
      { name: 'A', exposure: '25%', length: '1 day' },
      { name: 'B', exposure: '50%', length: '1 day' },
      { name: 'C', exposure: '100%' },
    ],
    toggleService: { ...toggleService, follow: true },
  });
  const service = toggleServiceOf(release, { env })!;
  const moved = { from: 0, to: clock(), at: tickOf(LAUNCH - 24) };
  const world = remembered(release, () => FINE, {
    async read(names, now, signal) {
      const readings = await service.read(names, clock(), signal);
      return readings.map(({ since, ...reading }) => {
        if (since !== undefined && (since < moved.from || since > moved.to))
          throw new Error(`got ${since} as since when, expected an instant of the move, ${moved.from} to ${moved.to}`);
        return { ...reading, at: now, ...(since !== undefined && { since: moved.at }) };
      });
    },
  });
  for (let hour = LAUNCH - 1; hour < END; hour++) {
    const percentage = MOVES.get(hour);
    if (percentage !== undefined) {
      moved.from = clock();
      await move(percentage);
      moved.to = clock();
      moved.at = tickOf(hour) - EARLIER_MS;
    }
    await world.run(hour);
  }
  return world.history.stages();
}

const STAGE_OF: Record<string, string> = { 0: 'off', 25: 'A', 50: 'B', 100: 'C' };

/** The log that such hours have to leave, by a server that knows since when, or by one that does not. */
export const expectedLog = (exact: boolean) =>
  [...MOVES].map(([hour, percentage]) => ({
    stage: STAGE_OF[percentage],
    exposure: Number(percentage) / 100,
    by: 'toggle one',
    ...(exact ? { at: tickOf(hour) - EARLIER_MS } : { at: tickOf(hour), after: tickOf(hour - 1) }),
  }));

/** What of an entry is compared. */
export const compared = ({ stage, exposure, by, at, after }: StageEvent) => ({
  stage,
  exposure,
  by,
  at,
  ...(after !== undefined && { after }),
});
