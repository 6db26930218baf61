import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { SETTLE_MINUTES } from '../facts/due';
import { clock } from '../facts/format';
import { hourOf, type Instant, startOf } from '../facts/hour';
import { RECEIVERS } from '../receivers/receivers';
import { run, type Watch } from '../run';
import { verdictText } from '../text/verdict-text';
import { placeOptions, problemsIn, type StorePlace } from './arguments';
import { tableFor } from './book';
import { type Bringing, bringing } from './bringing';
import { type Io, UsageError } from './io';
import { withLiveRelease } from './live';
import { type PageChoice, pageOptions, withPage } from './live-page';
import { marksTo } from './marking';
import { type Connected, receiversToTell } from './notify';
import { progressOn } from './progress';
import { workText } from './run';

/** Minutes after the full hour; the hour has settled by then. */
const TICK_MINUTES = SETTLE_MINUTES + 5;
/** Something new comes once an hour, or when on-call says something. */
const PAGE_SECONDS = 10;
/** What a receiver did not take, and what on-call has said meanwhile, is brought after so long. */
const AGAIN_MS = 60_000;

/** The next tick after an instant. @example nextTick(10:21) is 11:20, nextTick(10:19) is 10:20 */
export function nextTick(now: Instant): Instant {
  const tick = startOf(hourOf(now)) + TICK_MINUTES * 60_000;
  return tick > now ? tick : tick + 3_600_000;
}

export function watchCommand(program: Command, io: Io): void {
  const command = program
    .command('watch')
    .description('guard a release from this machine every hour until Ctrl-C; needs no AWS account')
    .addHelpText(
      'after',
      `
Needs DD_API_KEY and DD_APP_KEY. Alerts are printed here, and go to the receivers in notify of stagewatch.yaml; each has
its credential in a variable, such as STAGEWATCH_NOTIFY_SLACK. You can use other commands (stage, history, check, results) meanwhile.
A live page on this machine shows how the release stands; watch prints its address.
After a pause of any length, the next start catches up.
Nothing is done while this machine's clock is more than five minutes ahead of Datadog's or the table's.

Examples:
  $ DD_API_KEY=... DD_APP_KEY=... stagewatch watch
  $ stagewatch stage enter A          # in another terminal, when it happens`,
    )
    .action(async (options: StorePlace & PageChoice) => {
      const problems = problemsIn(options);
      if (problems.length > 0) throw new UsageError(problems.join('\n'));
      const isLocal = tableFor(options, io.env) === undefined;
      const told = isLocal ? receiversToTell(io.env) : [];
      io.err(whereText(isLocal, told));
      await withLiveRelease(options, io, (watch, book) =>
        withPage(options, io, { everySeconds: PAGE_SECONDS }, async (page) => {
          page?.show({ release: watch.release, history: book.history, now: io.now });
          await watchHours({ ...watch, marks: marksTo(told, book) }, io, bringing(book, told, io), page?.url);
        }),
      );
    });
  for (const option of [...placeOptions(), ...pageOptions()]) command.addOption(option);
}

/** Where messages go, so that nobody takes a watch that only prints for one that calls. */
function whereText(isLocal: boolean, told: readonly Connected[]): string {
  if (!isLocal) return 'messages go to the topic of the stack, and its receivers bring them on';
  if (told.length === 0) return 'messages are printed here, and go nowhere else: see docs/watch.md';
  return `messages are printed here, and go to ${told.map(({ name }) => RECEIVERS[name].title).join(', ')}`;
}

async function watchHours(watch: Watch, io: Io, bring: Bringing, pageUrl: string | undefined): Promise<void> {
  while (!io.signal.aborted) {
    const now = io.now();
    const progress = progressOn(io, 'sampling');
    let failure: string | undefined;
    try {
      const report = await run(watch, now, {
        signal: io.signal,
        interrupt: io.signal,
        progress: (done, total) => progress.at(done, total),
      });
      progress.stop();
      io.out(verdictText(report.verdict, watch.release)[0]!);
      io.err(`${workText(report)}${report.failure ? `; ${report.failure.message}` : ''}`);
      if (report.eventFailure !== undefined) io.err(`not counted: ${report.eventFailure}`);
      if (report.markFailure !== undefined) io.err(`not marked, the next hour tries again: ${report.markFailure}`);
    } catch (error) {
      progress.stop();
      if (io.signal.aborted) break;
      failure = (error as Error).message;
      io.err(`this hour failed, the next one catches up: ${failure}`);
    }
    await bring.afterHour(failure);
    const next = nextTick(io.now());
    const where = pageUrl === undefined ? '' : `; live page: ${pageUrl}`;
    io.err(`next hour at ${clock(next, watch.release.timeZone)}; Ctrl-C ends the watch${where}`);
    while (!io.signal.aborted && io.now() < next) {
      await sleep(Math.min(next - io.now(), AGAIN_MS), undefined, { signal: io.signal }).catch(() => {});
      if (!io.signal.aborted) await bring.again();
    }
  }
}
