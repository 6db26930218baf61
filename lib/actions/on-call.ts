import { type Ack, type OnCallEvent, onCallText, type Silence, type SilenceEnd, silencesOf } from '../alert/on-call';
import { HOUR_MS, type Instant, instantText } from '../facts/hour';
import type { History } from '../ports';
import { LONGEST_SPAN_HOURS } from '../release/planned-times';
import type { Release } from '../release/schema';
import { type ActedOn, type Action, ActionError } from './action';

/**
 * Acknowledges what is open of these endpoints; without them all that is open.
 *
 * @throws ActionError when nothing is open, or nothing of an endpoint that is named
 */
export async function acknowledging(
  about: ActedOn,
  { by, note, endpoints }: { by: string; note?: string | undefined; endpoints?: readonly string[] | undefined },
): Promise<Action<Ack>> {
  const { history, now } = about;
  const last = await history.lastAlert();
  if (!last || last.open.length === 0)
    throw new ActionError('ack - got nothing that is open, expected a page; "stagewatch check" says how it stands');
  const open = [...new Set(last.open.flatMap(({ endpoint }) => endpoint ?? []))];
  const unknown = (endpoints ?? []).filter((name) => !open.includes(name));
  if (unknown.length > 0)
    throw new ActionError(
      unknown
        .map((name) => `--endpoint - got ${name}, expected one that is open: ${open.join(', ') || 'none is'}`)
        .join('\n'),
    );
  return saying(about, {
    kind: 'ack',
    at: now,
    hour: last.verdict.hour,
    members: last.open.filter(({ endpoint }) => isAbout(endpoints, endpoint)).map(({ untold, ...member }) => member),
    by,
    ...(note && { note }),
  });
}

/** Blindness and toggles are about no endpoint. */
const isAbout = (wanted: readonly string[] | undefined, endpoint: string | undefined): boolean =>
  wanted === undefined || (endpoint !== undefined && wanted.includes(endpoint));

/** A silence as somebody asks for it; without endpoints it is of the whole release. */
export interface AskedSilence {
  until: Instant;
  reason: string;
  endpoints?: readonly string[] | undefined;
  by: string;
}

/** What is wrong with a silence, a line each; nothing of an end that is not known. */
export function silenceProblems(
  { until, endpoints = [] }: Pick<Partial<AskedSilence>, 'until' | 'endpoints'>,
  release: Release,
  now: Instant,
): string[] {
  const problems: string[] = [];
  if (until !== undefined && until <= now)
    problems.push(`--until - got ${instantText(until)}, expected a time to come; it is ${instantText(now)}`);
  if (until !== undefined && until > now + LONGEST_SPAN_HOURS * HOUR_MS)
    problems.push(`--until - got ${instantText(until)}, expected 30 days from now at most`);
  const names = release.endpoints.map((one) => one.name);
  for (const name of endpoints)
    if (!names.includes(name)) problems.push(`--endpoint - got ${name}, expected one of ${names.join(', ')}`);
  return problems;
}

/** @throws ActionError that lists every problem */
export function silencing(about: ActedOn, { until, reason, endpoints, by }: AskedSilence): Action<Silence> {
  const problems = silenceProblems({ until, endpoints }, about.release, about.now);
  if (problems.length > 0) throw new ActionError(problems.join('\n'));
  return saying(about, {
    kind: 'silence',
    at: about.now,
    until,
    reason,
    by,
    ...(endpoints && { endpoints: [...endpoints] }),
  });
}

/**
 * Ends every silence that is on.
 *
 * @throws ActionError when none is
 */
export async function endingSilences(about: ActedOn, { by }: { by: string }): Promise<Action<SilenceEnd>> {
  const { history, now } = about;
  if (!silencesOf(await history.onCall()).some((one) => one.at <= now && now < one.until))
    throw new ActionError('--end - got no silence that is on, expected one; "stagewatch silence" lists them');
  return saying(about, { kind: 'silence-end', at: now, by });
}

const saying = <E extends OnCallEvent>({ release, history }: ActedOn, event: E): Action<E> => ({
  event,
  text: [onCallText(event, release.timeZone)],
  record: () => append(event, history),
});

/** After what was said in the same millisecond, or by the clock of a simulation that stands. */
async function append(event: OnCallEvent, history: History): Promise<void> {
  const last = (await history.onCall()).at(-1)?.at ?? 0;
  for (let at = Math.max(event.at, last + 1); ; at++) if (await history.recordOnCall({ ...event, at })) return;
}
