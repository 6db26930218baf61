import * as z from 'zod/mini';
import type { Instant } from '../../facts/hour';

const eventsSchema = z.object({
  events: z.array(
    z.object({
      type: z.string(),
      createdAt: z.string(),
      environment: z.nullish(z.string()),
      project: z.nullish(z.string()),
      data: z.unknown(),
      preData: z.unknown(),
    }),
  ),
});

/** What changes for whom a feature is on; an update may also change its title only. */
const CHANGES = [
  'feature-strategy-add',
  'feature-strategy-remove',
  'feature-strategy-update',
  'feature-environment-enabled',
  'feature-environment-disabled',
];

/** What of a strategy says for whom it is on. */
const meaning = (strategy: unknown): string => {
  const { name, parameters, constraints, segments, disabled } = Object(strategy) as Record<string, unknown>;
  return JSON.stringify([name, parameters, constraints ?? [], segments ?? [], disabled ?? false]);
};

/** When the newest event of an environment that changed for whom a feature is on happened; undefined where none is listed. */
export function sinceOf(answer: unknown, environment: string): Instant | undefined {
  const parsed = eventsSchema.safeParse(answer);
  if (!parsed.success) return undefined;
  const instants = parsed.data.events
    .filter((event) => event.environment === environment && CHANGES.includes(event.type))
    .filter(({ type, data, preData }) => type !== 'feature-strategy-update' || meaning(data) !== meaning(preData))
    .map(({ createdAt }) => Date.parse(createdAt));
  return instants.length === 0 || instants.some(Number.isNaN) ? undefined : Math.max(...instants);
}

/** What makes that a feature is there, and that it is there no more. */
const COMES = ['feature-created', 'feature-import', 'feature-revived', 'feature-project-change'];
const GOES = ['feature-archived', 'feature-deleted'];

/**
 * Whether the events of a feature, newest first, say that it was archived or deleted in a project. Unleash answers for a
 * project that it does not have as for a feature that it does not have, so only its events tell that one is gone.
 */
export function isTakenOut(answer: unknown, project: string): boolean {
  const parsed = eventsSchema.safeParse(answer);
  const last = parsed.data?.events.find(({ type }) => COMES.includes(type) || GOES.includes(type));
  return last !== undefined && GOES.includes(last.type) && last.project === project;
}
