import { type ActedOn, type Action, ActionError } from '../actions/action';
import { acknowledging, endingSilences, silencing } from '../actions/on-call';
import { entering, undoing } from '../actions/stage-log';
import { HOUR_MS, type Instant } from '../facts/hour';

/** What somebody asks for in the console. It goes there and back unchanged between the look at it and the confirmation. */
export type Asked = { by: string; note?: string; at: Instant } & (
  | { act: 'ack' | 'end-silences' | 'undo' }
  | { act: 'enter'; stage: string }
  | { act: 'silence'; hours: number; note: string }
);

/** Lengths of a silence that the console offers, in hours; the command knows any. */
export const SILENCE_HOURS = [1, 2, 4, 8, 24, 72] as const;
const LONGEST_NAME = 100;
const LONGEST_NOTE = 500;
/** What was looked at longer ago is looked at again. */
const FRESH_MS = 15 * 60_000;

/**
 * What the fields of the widget say, or what was looked at before.
 *
 * @param now its instant, where it was not looked at in the last 15 minutes
 * @throws ActionError that lists every problem
 */
export function readAsked(fields: Record<string, unknown>, now: Instant): Asked {
  const { act, stage } = fields;
  const problems: string[] = [];
  const text = (name: string, longest: number) => {
    const value = fields[name] ?? '';
    const trimmed = typeof value === 'string' ? value.trim() : '';
    if (typeof value !== 'string') problems.push(`${name} - got ${typeof value}, expected text`);
    if (trimmed.length > longest)
      problems.push(`${name} - got ${trimmed.length} characters, expected ${longest} at most`);
    return trimmed;
  };
  const by = text('by', LONGEST_NAME);
  const note = text('note', LONGEST_NOTE);
  const hours = Number(fields.hours);
  if (by === '') problems.push('your name - got nothing, expected who does this');
  if (act === 'silence' && note === '') problems.push('note or reason - got nothing, expected why');
  if (act === 'silence' && !(SILENCE_HOURS as readonly number[]).includes(hours))
    problems.push(`silence - got another length, expected one of ${SILENCE_HOURS.join(', ')} hours`);
  if (act === 'enter' && typeof stage !== 'string') problems.push('stage - got nothing, expected a stage');
  if (!ACTS.some((one) => one === act)) problems.push(`act - got another one, expected one of ${ACTS.join(', ')}`);
  if (problems.length > 0) throw new ActionError(problems.join('\n'));
  const at = isFresh(fields.at, now) ? fields.at : now;
  const said = { by, ...(note !== '' && { note }), at };
  if (act === 'enter') return { ...said, act, stage: stage as string };
  return act === 'silence' ? { ...said, note, act, hours } : { ...said, act: act as 'ack' | 'end-silences' | 'undo' };
}

const ACTS: readonly Asked['act'][] = ['enter', 'ack', 'silence', 'end-silences', 'undo'];

const isFresh = (at: unknown, now: Instant): at is Instant =>
  typeof at === 'number' && Number.isInteger(at) && at <= now && now - at < FRESH_MS;

/**
 * The action that is asked for, as of the instant at which it was asked for, by the functions that the commands use.
 *
 * @throws ActionError when it cannot be done
 */
export async function actionOf(asked: Asked, { release, history }: Omit<ActedOn, 'now'>): Promise<Action<unknown>> {
  const about = { release, history, now: asked.at };
  const said = { by: `${asked.by}, in the console`, ...(asked.note !== undefined && { note: asked.note }) };
  switch (asked.act) {
    case 'enter':
      return entering(about, { ...said, stage: asked.stage });
    case 'ack':
      return acknowledging(about, said);
    case 'silence':
      return silencing(about, { by: said.by, reason: asked.note, until: asked.at + asked.hours * HOUR_MS });
    case 'end-silences':
      return endingSilences(about, said);
    case 'undo':
      return undoing(about, said);
  }
}
