import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type AskedSilence, endingSilences, silenceProblems, silencing } from '../actions/on-call';
import type { OnCallEvent } from '../alert/on-call';
import { isOn, type Mute, mutesOf } from '../alert/quiet';
import { clock } from '../facts/format';
import { type Instant, instantText } from '../facts/hour';
import type { Release } from '../release/schema';
import { jsonOption, placeOptions, problemsIn, type StorePlace, textFor, untilFor } from './arguments';
import { type Book, releaseFor, withBook } from './book';
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
      if (end) refuseBesideEnd(options);
      else askedOf(options, releaseFor(options, io.env).release, io.now());
      return withBook(options, io, 'write', async (book) => {
        const by = byOf(options);
        const action = end
          ? await endingSilences(book, { by })
          : silencing(book, askedOf(options, book.release, book.now));
        await action.record();
        if (options.json) return io.out(JSON.stringify(jsonOf(action.event)));
        io.out(`${book.release.title}: ${action.text.join()}`);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

const byOf = ({ by }: SilenceOptions) => by ?? userInfo().username;

function refuseBesideEnd(options: SilenceOptions): void {
  const { until, reason, endpoint } = options;
  const problems = problemsIn(options);
  if (until !== undefined || reason !== undefined || endpoint !== undefined)
    problems.push('--end - got it beside --until, --reason or --endpoint, expected it alone; it ends every silence');
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

/**
 * The silence that is asked for at `now`.
 *
 * @throws UsageError that lists every problem
 */
function askedOf(options: SilenceOptions, release: Release, now: Instant): AskedSilence {
  const { reason, endpoint: endpoints } = options;
  // What cannot be read is among the problems.
  const until = typeof options.until === 'function' ? options.until(now) : undefined;
  const problems = [...problemsIn(options), ...silenceProblems({ until, endpoints }, release, now)];
  if (options.until === undefined) problems.push('--until - got nothing, expected when the silence ends, such as 4h');
  if (reason === undefined) problems.push('--reason - got nothing, expected why');
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { until: until!, reason: reason!, endpoints, by: byOf(options) };
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
