import * as z from 'zod/mini';
import { plural } from '../../facts/format';
import type { ToggleState } from '../../facts/toggle';
import { ToggleError } from '../answer';

const strategySchema = z.object({
  name: z.string(),
  disabled: z.nullish(z.boolean()),
  constraints: z.nullish(z.array(z.unknown())),
  segments: z.nullish(z.array(z.unknown())),
  parameters: z.nullish(z.record(z.string(), z.unknown())),
});
type Strategy = z.output<typeof strategySchema>;

const featureSchema = z.object({
  name: z.string(),
  archived: z.nullish(z.boolean()),
  dependencies: z.nullish(z.array(z.unknown())),
  environments: z.array(z.object({ name: z.string(), enabled: z.boolean(), strategies: z.array(strategySchema) })),
});

/** More than these are no single users. */
const MOST_SINGLE_USERS = 100;

/** What a strategy gives: a share of all users, some single ones, or users whom nobody has counted. */
type Part = { share: number; group: string } | { single: number } | { some: string };

/**
 * How a feature of Unleash is set in an environment, by its strategies, which are ORed. What has constraints or segments is
 * for users whom nobody has counted; who they are is nowhere kept.
 *
 * @throws ToggleError when the answer is not that feature's
 */
export function stateOfStrategies(answer: unknown, name: string, environment: string): ToggleState {
  const parsed = featureSchema.safeParse(answer);
  if (!parsed.success || parsed.data.name !== name) throw malformed('got another answer');
  const { archived, dependencies, environments } = parsed.data;
  const found = environments.find((one) => one.name === environment);
  if (!found) throw new ToggleError(`Unleash has no environment ${environment} for it`);
  if (archived) throw new ToggleError('it is archived at Unleash', true);
  if (!found.enabled) return { share: 0 };
  const parts = found.strategies.filter(({ disabled }) => !disabled).map(partOfUsers);
  if (parts.length === 0) return { partial: 'on without an active strategy' };
  const shares = parts.filter((part) => 'share' in part);
  const share = Math.max(0, ...shares.map((part) => part.share));
  if (dependencies && dependencies.length > 0) return { partial: 'on for users who have another toggle' };
  if (share === 1) return { share: 1 };
  const some = parts.flatMap((part) => ('some' in part ? part.some : []));
  const counting = shares.filter((part) => part.share > 0);
  // Two shares of one group are the same users; of two groups, others.
  if (new Set(counting.map(({ group }) => group)).size > 1) some.push('several shares of users');
  const single = parts.reduce((sum, part) => sum + ('single' in part ? part.single : 0), 0);
  if (single > MOST_SINGLE_USERS) some.push(plural(single, 'single user'));
  if (some.length > 0) return { partial: `on for ${[...new Set(some)].join(' and ')}` };
  return { share, ...(single > 0 && { besides: plural(single, 'single user') }) };
}

function partOfUsers({ name, constraints, segments, parameters }: Strategy): Part {
  const share = name === 'default' ? 1 : name === 'flexibleRollout' ? fraction(parameters?.rollout) : undefined;
  if (share === 0) return { share, group: '' };
  if (constraints?.length || segments?.length) return { some: 'users with constraints' };
  if (share !== undefined) return { share, group: `${parameters?.groupId}/${parameters?.stickiness}` };
  if (name !== 'userWithId') return { some: 'a strategy that is not known here' };
  const ids = String(parameters?.userIds ?? '').split(',');
  return { single: ids.filter((id) => id.trim() !== '').length };
}

function fraction(rollout: unknown): number {
  if (!/^\d{1,3}$/.test(String(rollout)) || Number(rollout) > 100) throw malformed('got another rollout');
  return Number(rollout) / 100;
}

const malformed = (got: string) =>
  new ToggleError(`Unleash's answer - ${got}, expected the feature with its strategies`);
