import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type OnCallEvent, onCallText, silencesOf } from '../alert/on-call';
import { isOn, type Mute, mutesOf } from '../alert/quiet';
import { clock } from '../facts/format';
import { HOUR_MS, type Instant, instantText } from '../facts/hour';
import { LONGEST_SPAN_HOURS } from '../release/planned-times';
import type { Release } from '../release/schema';
import { jsonOption, placeOptions, problemsIn, type StorePlace, textFor, untilFor } from './arguments';
import { type Book, chooseRelease, withBook } from './book';
import { type Io, UsageError } from './io';

interface SilenceOptions extends StorePlace {
  until?: (now: Instant) => Instant;
  reason?: string;
  endpoint?: string[];
  end?: boolean;
  by?: string;
  json?: boolean;
}

export function silenceCommand(program: Command, io: Io): void {
  const command = program
    .command('silence')
    .description('publish nothing for a while; without options, list silences and planned maintenance')
    .option('--until <when>', 'end: an instant with its offset, or a length such as 4h or 2d', untilFor('--until'))
    .option('--reason <text>', 'the reason; the next message says it', textFor('--reason'))
    .option('--endpoint <names...>', 'only alerts about these endpoints alone')
    .option('--end', 'end every current silence')
    .option('--by <name>', 'who did it (default: your login name)', textFor('--by'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Runs still sample, judge and record, and verdicts stay the same. A silence lasts 30 days at most. When it ends, one message
says what was held back and what is open. Put planned maintenance into the release file, under alerts.maintenance.

Examples:
  $ stagewatch silence --until 4h --reason "database upgrade"
  $ stagewatch silence --until 2026-02-12T09:00-05:00 --reason "known, fix is on its way" --endpoint '#show'
  $ stagewatch silence
  $ stagewatch silence --end`,
    )
    .action(async (options: SilenceOptions) => {
      const { until, reason, endpoint, end } = options;
      if (!end && until === undefined && reason === undefined && endpoint === undefined)
        return withBook(options, io, 'read', (book) => list(book, options, io));
      // What is wrong is said before a history is opened, and so begun; only a simulated one has a clock of its own.
      eventOf(options, chooseRelease(options.release).release, io.now());
      return withBook(options, io, 'write', async ({ release, history, now }) => {
        const event = eventOf(options, release, now);
        if (end && !silencesOf(await history.onCall()).some((one) => one.at <= now && now < one.until))
          throw new UsageError('--end - got no silence that is on, expected one; "stagewatch silence" lists them');
        await say(event, history);
        if (options.json) return io.out(JSON.stringify(jsonOf(event)));
        io.out(`${release.title}: ${onCallText(event, release.timeZone)}`);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** Appends what somebody says; after what was said in the same millisecond, or by the clock of a simulation that stands. */
export async function say(event: OnCallEvent, history: Book['history']): Promise<void> {
  const last = (await history.onCall()).at(-1)?.at ?? 0;
  for (let at = Math.max(event.at, last + 1); ; at++) if (await history.recordOnCall({ ...event, at })) return;
}

function eventOf(options: SilenceOptions, release: Release, now: Instant): OnCallEvent {
  const { reason, endpoint, end } = options;
  const problems = problemsIn(options);
  const until = typeof options.until === 'function' ? options.until(now) : undefined;
  if (end && (options.until !== undefined || reason !== undefined || endpoint !== undefined))
    problems.push('--end - got it beside --until, --reason or --endpoint, expected it alone; it ends every silence');
  if (!end && options.until === undefined)
    problems.push('--until - got nothing, expected when the silence ends, such as 4h');
  if (!end && reason === undefined) problems.push('--reason - got nothing, expected why');
  if (until !== undefined && until <= now)
    problems.push(`--until - got ${instantText(until)}, expected a time to come; it is ${instantText(now)}`);
  if (until !== undefined && until > now + LONGEST_SPAN_HOURS * HOUR_MS)
    problems.push(`--until - got ${instantText(until)}, expected 30 days from now at most`);
  const names = release.endpoints.map((one) => one.name);
  for (const name of endpoint ?? [])
    if (!names.includes(name)) problems.push(`--endpoint - got ${name}, expected one of ${names.join(', ')}`);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const said = { at: now, by: options.by ?? userInfo().username };
  if (end) return { ...said, kind: 'silence-end' };
  return { ...said, kind: 'silence', until: until!, reason: reason!, ...(endpoint && { endpoints: endpoint }) };
}

const jsonOf = (event: OnCallEvent) => ({
  ...event,
  at: instantText(event.at),
  ...(event.kind === 'silence' && { until: instantText(event.until) }),
});

async function list({ release, history, now }: Book, options: SilenceOptions, io: Io): Promise<void> {
  const problems = problemsIn(options);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const mutes = mutesOf(release, await history.onCall()).sort((a, b) => a.from - b.from);
  if (options.json) {
    const rows = mutes.map((mute) => ({
      ...mute,
      from: instantText(mute.from),
      to: instantText(mute.to),
      on: isOn(mute, now),
    }));
    return io.out(JSON.stringify(rows, null, 2));
  }
  for (const mute of mutes) io.out(lineOf(mute, isOn(mute, now), release.timeZone));
  if (mutes.length === 0) io.err('no silence, and no maintenance in the release file');
}

const lineOf = ({ from, to, why, endpoints }: Mute, on: boolean, timeZone: string) =>
  `${clock(from, timeZone)} - ${clock(to, timeZone)}  ${why}${endpoints ? ` (${endpoints.join(', ')} only)` : ''}${on ? ', on now' : ''}`;
