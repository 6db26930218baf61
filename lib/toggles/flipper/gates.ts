import * as z from 'zod/mini';
import { plural } from '../../facts/format';
import type { ToggleState } from '../../facts/toggle';
import { ToggleError } from '../answer';

/** A feature as Flipper's HTTP API gives it: gates that are ORed, each with text, a list of texts, or null. */
const featureSchema = z.object({
  key: z.string(),
  gates: z.array(z.object({ key: z.string(), value: z.unknown() })),
});

/** Flipper itself allows so many actors on one feature unless told otherwise (Flipper::Adapters::ActorLimit). */
const MOST_SINGLE_ACTORS = 100;

/** The gates that every version of Flipper gives. */
const ALWAYS = ['boolean', 'actors', 'percentage_of_actors', 'percentage_of_time', 'groups'];

/**
 * How a feature is set, by its gates. Fully on at 100 % of actors is "conditional" in Flipper's own words, so its `state`
 * is not looked at. Actors and groups are counted; who they are is nowhere kept.
 *
 * @throws ToggleError when the answer is not that feature's
 */
export function stateOfGates(answer: unknown, name: string): ToggleState {
  const parsed = featureSchema.safeParse(answer);
  if (!parsed.success || parsed.data.key !== name) throw malformed('got another answer');
  const gates = new Map(parsed.data.gates.map(({ key, value }) => [key, value]));
  if (gates.size !== parsed.data.gates.length || !ALWAYS.every((key) => gates.has(key)))
    throw malformed('got other gates');
  const [all, actors, ofActors, ofTime, groups] = ALWAYS.map((key) => gates.get(key));
  // An unreadable gate may be the one that decides, whatever the others say.
  const isOn = truth(all);
  const share = fraction(ofActors);
  const time = fraction(ofTime);
  const single = listed(actors);
  const grouped = listed(groups);
  const others = [...gates].filter(([key, value]) => !ALWAYS.includes(key) && isSet(value)).map(([key]) => key);
  return stateOfGiven({
    isOn,
    share,
    time,
    single,
    grouped,
    others: [
      ...(others.includes('expression') ? ['an expression'] : []),
      ...(others.some((key) => key !== 'expression') ? ['a gate that is not known here'] : []),
    ],
  });
}

/** What the gates of a feature give, by their kinds: shares are fractions, and actors and groups are counted. */
export interface Given {
  isOn: boolean;
  share: number;
  time: number;
  single: number;
  grouped: number;
  /** What else it is on for, of which nobody knows how many users it is. */
  others: readonly string[];
}

/** How a feature is set whose gates, which are ORed, give this. */
export function stateOfGiven({ isOn, share, time, single, grouped, others }: Given): ToggleState {
  if (isOn || share === 1 || time === 1) return { share: 1 };
  const more = [
    grouped > 0 ? plural(grouped, 'group') : '',
    time > 0 ? 'a share of time' : '',
    single > MOST_SINGLE_ACTORS ? plural(single, 'single actor') : '',
    ...others,
  ].filter(Boolean);
  if (more.length > 0) return { partial: `on for ${more.join(' and ')}` };
  return { share, ...(single > 0 && { besides: plural(single, 'single actor') }) };
}

const isSet = (value: unknown): boolean =>
  value !== null && value !== '' && value !== 'false' && !(Array.isArray(value) && value.length === 0);

function truth(value: unknown): boolean {
  if (value === null || value === 'false' || value === false) return false;
  if (value === 'true' || value === true) return true;
  throw malformed('got another boolean');
}

/** "25" → 0.25; null is 0, as Flipper gives a gate that was never set. */
function fraction(value: unknown): number {
  if (value === null) return 0;
  const share = shareOfPercent(String(value));
  if (share === undefined) throw malformed('got another percentage');
  return share;
}

/** A percentage as Flipper writes it, as a fraction; undefined for what is none. @example shareOfPercent('0.5') === 0.005 */
export function shareOfPercent(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d+)?$/.test(text) || Number(text) > 100) return undefined;
  return Number((Number(text) / 100).toPrecision(12));
}

function listed(value: unknown): number {
  if (value === null) return 0;
  if (!Array.isArray(value)) throw malformed('got another list');
  return value.length;
}

const malformed = (got: string) => new ToggleError(`Flipper's answer - ${got}, expected the feature with its gates`);
