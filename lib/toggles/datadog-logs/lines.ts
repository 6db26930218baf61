import * as z from 'zod/mini';
import type { Instant } from '../../facts/hour';
import type { ToggleState } from '../../facts/toggle';
import type { Release } from '../../release/schema';
import { ToggleError } from '../answer';
import { stateOfValue } from '../http/http-toggles';
import { pointedAt } from '../http/pointer';

const answerSchema = z.object({
  data: z.nullish(z.array(z.object({ attributes: z.looseObject({ timestamp: z.string() }) }))),
  meta: z.object({ status: z.string(), warnings: z.nullish(z.array(z.unknown())) }),
});

type Section = Pick<NonNullable<NonNullable<Release['toggleService']>['datadogLogs']>, 'value' | 'all'>;

/**
 * What the newest line of a log search says, and when; undefined where it found none. Of two lines of one instant nobody
 * knows the order, so they must say the same.
 *
 * @param answer lines, newest first
 * @throws ToggleError for an answer that is not whole, and for a line without a share
 */
export function newestLine(answer: unknown, { value, all }: Section): { at: Instant; state: ToggleState } | undefined {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new ToggleError("Datadog's answer - got another one, expected log lines");
  const { data, meta } = parsed.data;
  if (meta.status !== 'done' || (meta.warnings?.length ?? 0) > 0)
    throw new ToggleError("Datadog's answer - got a part of the lines, expected all");
  const lines = (data ?? []).map(({ attributes }) => ({
    at: Date.parse(attributes.timestamp),
    state: () => stateOfValue(pointedAt(attributes, value), all, value),
  }));
  const [first, second] = lines;
  if (!first) return undefined;
  if (lines.some(({ at }) => Number.isNaN(at)) || (second && second.at > first.at))
    throw new ToggleError("Datadog's answer - got lines in another order, expected the newest first");
  const state = first.state();
  if (second?.at === first.at && JSON.stringify(second.state()) !== JSON.stringify(state))
    throw new ToggleError('two log lines of the same instant say different shares');
  return { at: first.at, state };
}
