import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type ExclusionEvent, exclusionsIn } from '../facts/exclusion';
import { clock, plain } from '../facts/format';
import { HOUR_MS, type Instant, instantText } from '../facts/hour';
import { LONGEST_SPAN_HOURS, weeklyText } from '../release/planned-times';
import type { Release } from '../release/schema';
import { instantFor, jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { type Book, releaseFor, withBook } from './book';
import { type Io, UsageError } from './io';

interface ExcludeOptions extends StorePlace {
  from?: Instant;
  to?: Instant;
  reason?: string;
  end?: boolean;
  by?: string;
  json?: boolean;
}

const LONGEST_REASON = 200;

export function excludeCommand(program: Command, io: Io): void {
  const command = program
    .command('exclude')
    .description('leave hours that are over out of baseline and stages; without options, list what is excluded')
    .option('--from <instant>', 'when it begins, with its offset', instantFor('--from'))
    .option('--to <instant>', 'when it ends, at most now', instantFor('--to'))
    .option('--reason <text>', 'why; every verdict that it touches says it', textFor('--reason'))
    .option('--end', 'take back what was excluded by this command; beside --from only what begins then')
    .option('--by <name>', 'who did it (default: your login name)', textFor('--by'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Each hour of which a part is excluded counts neither for nor against anything. An alert that is open stays open: it closes
by what was measured. A stage of which most hours are excluded does not advance. What is planned, or comes every week,
belongs into the release file, as exclude.

Examples:
  $ stagewatch exclude --from 2026-02-13T02:00-05:00 --to 2026-02-13T06:00-05:00 --reason "database outage, repaired"
  $ stagewatch exclude
  $ stagewatch exclude --end --from 2026-02-13T02:00-05:00`,
    )
    .action(async (options: ExcludeOptions) => {
      const { from, to, reason, end } = options;
      if (!end && from === undefined && to === undefined && reason === undefined)
        return withBook(options, io, 'read', (book) => list(book, options, io));
      // What is wrong is said before a history is opened, and so begun; only a simulated one has a clock of its own.
      releaseFor(options, io.env);
      eventOf(options, io.now());
      return withBook(options, io, 'write', async ({ release, history, now }) => {
        const event = eventOf(options, now);
        const known = exclusionsIn(await history.exclusions());
        if (event.kind === 'exclusion-end' && !known.some((one) => event.from === undefined || one.from === event.from))
          throw new UsageError(
            '--end - got nothing that it could take back; "stagewatch exclude" lists what is excluded',
          );
        await append(event, history);
        if (options.json) return io.out(JSON.stringify(jsonOf(event)));
        io.out(`${release.title}: ${textOf(event, release)}`);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** After what was said in the same millisecond, or by the clock of a simulation that stands. */
async function append(event: ExclusionEvent, history: Book['history']): Promise<void> {
  const last = (await history.exclusions()).at(-1)?.at ?? 0;
  for (let at = Math.max(event.at, last + 1); ; at++) if (await history.recordExclusion({ ...event, at })) return;
}

function eventOf(options: ExcludeOptions, now: Instant): ExclusionEvent {
  const { from, to, reason, end } = options;
  const problems = problemsIn(options);
  const said = { at: now, by: options.by ?? userInfo().username };
  if (end) {
    if (to !== undefined || reason !== undefined)
      problems.push('--end - got it beside --to or --reason, expected it alone or with --from');
    if (problems.length > 0) throw new UsageError(problems.join('\n'));
    return { ...said, kind: 'exclusion-end', ...(from !== undefined && { from }) };
  }
  if (from === undefined) problems.push('--from - got nothing, expected when it began');
  if (to === undefined) problems.push('--to - got nothing, expected when it was over');
  if (reason === undefined) problems.push('--reason - got nothing, expected why');
  if (typeof reason === 'string' && reason.length > LONGEST_REASON)
    problems.push(`--reason - got ${reason.length} characters, expected ${LONGEST_REASON} at most`);
  if (typeof to === 'number' && to > now)
    problems.push(
      `--to - got ${instantText(to)}, expected a time that is over; it is ${instantText(now)}, and what is planned belongs into the release file, as exclude`,
    );
  if (typeof from === 'number' && typeof to === 'number') {
    if (to <= from) problems.push(`--to - got ${instantText(to)}, expected a time after --from`);
    if (to - from > LONGEST_SPAN_HOURS * HOUR_MS)
      problems.push(`--to - got ${instantText(to)}, expected 30 days after --from at most`);
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { ...said, kind: 'exclusion', from: from!, to: to!, reason: reason! };
}

const jsonOf = (event: ExclusionEvent) => ({
  ...event,
  at: instantText(event.at),
  ...(event.from !== undefined && { from: instantText(event.from) }),
  ...(event.kind === 'exclusion' && { to: instantText(event.to) }),
});

function textOf(event: ExclusionEvent, { timeZone }: Release): string {
  if (event.kind === 'exclusion')
    return `left out ${clock(event.from, timeZone)} - ${clock(event.to, timeZone)}, by ${plain(event.by)}: ${plain(event.reason)}`;
  const which = event.from === undefined ? 'all exclusions' : `the exclusion from ${clock(event.from, timeZone)} on`;
  return `${which} taken back by ${plain(event.by)}`;
}

/** One line of the list: by whom it was said, or that the release file has it. */
interface Row {
  from?: Instant;
  to?: Instant;
  weekly?: string;
  reason: string;
  by: string;
}

async function list({ release, history }: Book, options: ExcludeOptions, io: Io): Promise<void> {
  const problems = problemsIn(options);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const inFile = release.exclude.map((one): Row => {
    const by = 'release file';
    return 'weekly' in one ? { weekly: weeklyText(one.weekly), reason: one.reason, by } : { ...one, by };
  });
  const said = exclusionsIn(await history.exclusions()).map(
    ({ from, to, reason, by }): Row => ({ from, to, reason, by }),
  );
  const rows = [...inFile, ...said].sort((a, b) => (a.from ?? 0) - (b.from ?? 0));
  if (options.json) {
    const all = rows.map(({ from, to, ...row }) => ({
      ...(from !== undefined && { from: instantText(from) }),
      ...(to !== undefined && { to: instantText(to) }),
      ...row,
    }));
    return io.out(JSON.stringify(all, null, 2));
  }
  for (const { from, to, weekly, reason, by } of rows) {
    const when =
      weekly === undefined ? `${clock(from!, release.timeZone)} - ${clock(to!, release.timeZone)}` : `weekly ${weekly}`;
    io.out(`${when}  ${plain(reason)} (${plain(by)})`);
  }
  if (rows.length === 0) io.err('nothing is excluded, neither by this command nor in the release file');
}
