import type { Command } from 'commander';
import { clock, plain } from '../facts/format';
import { instantText, startOf } from '../facts/hour';
import type { StageEvent } from '../facts/stage';
import { judge } from '../judge/judge';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import { type Standing, standingLines, standingOf } from '../text/standing';
import { findingJson, verdictJson } from '../text/verdict-json';
import { isShown, verdictText } from '../text/verdict-text';
import { differentWindows, findingWindows, windowText } from '../text/verdict-windows';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import { factsOf, simulationJson, withBook } from './book';
import { EXIT, type Io } from './io';

/** Prints the verdict of now; `exit` gets 0 pass, 1 breach, 2 inconclusive or no data. */
export function checkCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const command = program
    .command('check')
    .description('judge the release now, from its history')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Exit codes: 0 all judged criteria pass, 1 at least one is broken, 2 inconclusive or no data, or a
stage was entered since (in --json, enteredSince). The exit code does not say whether to advance: a stage also has a
planned length. Read the recommendation for that.
Silences change neither. The end of the output lists alerts that are open, acknowledged, held back or undelivered. It also
names a verdict of an hour that has not come yet.
Criteria with whenThin: report are printed, but do not count while data is thin.
Each time window is listed with a link to the Datadog dashboard at its hours. In --json, judgedUpTo is the end of the
judged time.

Examples:
  $ stagewatch check
  $ stagewatch check --json | jq -r .recommendation
  $ stagewatch check || echo "not now"`,
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      await withBook(options, io, 'read', async (book) => {
        const { log, snapshots, newest, asOf } = await factsOf(book);
        const toggles = await book.history.lastToggles();
        const verdict = judge(book.release, log, snapshots, newest, { proven: true, ...(toggles && { toggles }) });
        const { release, history, now } = book;
        const [last, onCall, recorded] = await Promise.all([
          history.lastAlert(),
          history.onCall(),
          history.lastVerdict(),
        ]);
        const standing = standingOf(
          { last, onCall, verdict: recorded, now, finished: asOf < now },
          release,
          newest + 1,
        );
        const newer = log.find((event) => event.at >= startOf(newest + 1));
        const enteredSince = newer && { stage: newer.stage, at: instantText(newer.at) };
        if (options.json) {
          const findings = verdict.findings.map((one) => ({
            ...findingJson(one),
            ...findingWindows(one, log, release),
          }));
          io.out(
            JSON.stringify(
              {
                ...simulationJson(book),
                ...verdictJson(verdict),
                findings,
                alerts: standing,
                ...(enteredSince && { enteredSince }),
              },
              null,
              2,
            ),
          );
        } else {
          const windows = windowLines(verdict, standing, log, release);
          const told = standingLines(standing, release.timeZone).map(
            ({ label, text }) => `  ${label.padEnd(12)} ${plain(text, Number.POSITIVE_INFINITY)}`,
          );
          for (const line of [...verdictText(verdict, release), ...windows, ...told]) io.out(line);
        }
        if (newer)
          io.err(
            `since then: stage ${newer.stage} entered at ${clock(newer.at, release.timeZone)}; it is judged from its first settled hour on`,
          );
        const code = exitCodeOf(verdict);
        exit(newer && code === EXIT.ok ? EXIT.undecided : code);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** Each window that a number above is of, with the dashboard at just its hours below it: addresses are long. */
function windowLines(
  { findings }: Verdict,
  { open }: Standing,
  log: readonly StageEvent[],
  release: Release,
): string[] {
  const windows = [...findings.filter(isShown).map((finding) => findingWindows(finding, log, release)), ...open];
  return differentWindows(windows).flatMap(({ window, link }) => [
    `  ${'window'.padEnd(12)} ${windowText(window, release.timeZone)}`,
    ...(link === undefined ? [] : [`  ${''.padEnd(12)} ${link}`]),
  ]);
}

function exitCodeOf({ findings, blind }: Verdict): number {
  if (findings.some((finding) => finding.outcome === 'breach' || finding.rollBack)) return EXIT.breach;
  const judged = findings.filter((finding) => !finding.reportOnly);
  if (blind || judged.length === 0 || judged.some((finding) => finding.outcome !== 'pass')) return EXIT.undecided;
  return EXIT.ok;
}
