import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { type Stay, stays } from '../facts/stage';
import { reportOf } from '../report/report-facts';
import { placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { factsOf, type HistoryFacts, withBook } from './book';
import { type Io, UsageError } from './io';

interface ReportOptions extends StorePlace {
  stage?: string;
  out: string;
}

export function reportCommand(program: Command, io: Io): void {
  const command = program
    .command('report')
    .description('write the verdict, numbers and charts as a web page and as Markdown')
    .requiredOption(
      '--out <dir>',
      'output folder; it is created, and files of the same name are replaced',
      textFor('--out'),
    )
    .option('--stage <name>', 'only this stage, judged as of its last hour', textFor('--stage'))
    .addHelpText(
      'after',
      `
Writes report.html, a single file without scripts that needs no network, and report.md with its charts as SVG files.

Examples:
  $ stagewatch report --out report
  $ stagewatch report --stage A --out report/stage-a`,
    )
    .action(async (options: ReportOptions) => {
      await withBook(options, io, 'read', async (book) => {
        const problems = problemsIn(options);
        if (problems.length > 0) throw new UsageError(problems.join('\n'));
        const facts = await factsOf(book);
        const only = options.stage === undefined ? undefined : entryOf(options.stage, facts);
        const { release, history, now } = book;
        const [alerts, onCall] = await Promise.all([history.alerts(), history.onCall()]);
        const report = reportOf(release, { ...facts, alerts, onCall, now }, only);
        // The charts' library takes longer to load than most commands run.
        const { reportFiles } = await import('../report/report-files');
        for (const place of written(options.out, reportFiles(report))) io.out(place);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** Writes files into a folder, and says where they are. */
function written(folder: string, files: readonly { name: string; content: string }[]): string[] {
  try {
    mkdirSync(folder, { recursive: true });
    return files.map(({ name, content }) => {
      const place = path.join(folder, name);
      writeFileSync(place, content);
      return place;
    });
  } catch (error) {
    throw new UsageError(
      `--out - cannot write to ${folder} (${(error as Error).message}); expected a folder that can be made or written`,
    );
  }
}

/** The newest entry into a stage that has at least one settled hour. */
function entryOf(wanted: string, { log, newest }: HistoryFacts): Stay {
  const entered = stays(log).filter(({ from, to }) => from < Math.min(to, newest + 1));
  const found = entered.findLast(({ stage }) => stage === wanted);
  if (found) return found;
  const names = [...new Set(entered.map(({ stage }) => stage))].join(', ') || 'none yet';
  throw new UsageError(`stage - got ${wanted}, expected one that was entered and has a settled hour: ${names}`);
}
