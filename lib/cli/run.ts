import type { Command } from 'commander';
import { plural } from '../facts/format';
import { type RunReport, run } from '../run';
import { entryJson, entryText } from '../text/stage-lines';
import { verdictJson } from '../text/verdict-json';
import { verdictText } from '../text/verdict-text';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import type { Io } from './io';
import { withLiveRelease } from './live';
import { progressOn } from './progress';

export function runCommand(program: Command, io: Io): void {
  const command = program
    .command('run')
    .description('do one hour of work now: sample, record, judge, alert')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Needs DD_API_KEY and DD_APP_KEY, and STAGEWATCH_TOGGLE_KEY if the release's toggle service wants a key. You can call it at any time, as often as you like: it does whatever the history still lacks.
Ctrl-C stops it safely; the next run continues.
Nothing is done while this machine's clock is more than five minutes ahead of Datadog's or the table's.

Examples:
  $ DD_API_KEY=... DD_APP_KEY=... stagewatch run
  $ STAGEWATCH_TABLE=... STAGEWATCH_TOPIC=... stagewatch run --json`,
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      // JSON has stdout to itself; alerts that are printed here go beside it.
      const told = options.json ? { ...io, out: io.err } : io;
      await withLiveRelease(options, told, async (watch, { now }) => {
        const progress = progressOn(io, 'sampling');
        const report = await run(watch, now, {
          signal: io.signal,
          interrupt: io.signal,
          progress: (done, total) => progress.at(done, total),
        });
        progress.stop();
        if (options.json) io.out(JSON.stringify(reportJson(report), null, 2));
        else for (const line of verdictText(report.verdict, watch.release)) io.out(line);
        if (report.entered) io.err(`entered: ${entryText(report.entered, watch.release.timeZone)}`);
        if (report.takenBack) io.err(`taken back: ${plural(report.takenBack, 'verdict')} of a clock that was ahead`);
        io.err(workText(report));
        if (report.eventFailure !== undefined) io.err(`not counted: ${report.eventFailure}`);
        if (report.failure) throw report.failure;
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

function reportJson({ hour: _, verdict: found, alert, entered, failure, ...work }: RunReport) {
  const { judgedUpTo, ...verdict } = verdictJson(found);
  return {
    judgedUpTo,
    ...work,
    ...(entered && { entered: entryJson(entered) }),
    verdict,
    ...(alert && {
      alert: {
        severity: alert.severity,
        change: alert.change,
        reason: alert.reason,
        dedupKey: alert.dedupKey,
        ...(alert.status === 'held' && { held: true }),
      },
    }),
    ...(failure && { failure: failure.message }),
  };
}

export const workText = ({
  recorded,
  revised,
  stillDue,
}: Pick<RunReport, 'recorded' | 'revised' | 'stillDue'>): string =>
  `${plural(recorded, 'snapshot')} recorded, ${plural(revised, 'revision')}, ${plural(stillDue, 'hour')} not final yet`;
