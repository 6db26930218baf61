import type { Command } from 'commander';
import { judge } from '../judge/judge';
import { statusText } from '../text/status-text';
import { viewOf } from '../text/view';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import { factsOf, simulationJson, withBook } from './book';
import { colors } from './colors';
import type { Io } from './io';

/** Prints what the live page shows, judged now from the history; `painted` takes the text, whose colours are its own. */
export function statusCommand(program: Command, io: Io, painted: Io['out']): void {
  const command = program
    .command('status')
    .description('show how the release stands, with a small chart of the last two days of each endpoint')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
status shows what the live page shows. Each block of a chart is an hour: "·" had no requests, and a gap is unknown.
Each time window is listed with a link to the Datadog dashboard at its hours. The exit code is always 0; scripts should
use "stagewatch check".

Examples:
  $ stagewatch status
  $ stagewatch status --json | jq '.open'`,
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      await withBook(options, io, 'read', async (book) => {
        const { release, history, now } = book;
        const [facts, alerts, onCall, recorded, toggles] = await Promise.all([
          factsOf(book),
          history.alerts(),
          history.onCall(),
          history.lastVerdict(),
          history.lastToggles(),
        ]);
        const verdict = judge(release, facts.log, facts.snapshots, facts.newest, { ...(toggles && { toggles }) });
        const view = viewOf({
          ...facts,
          release,
          verdict,
          recorded,
          alerts,
          onCall,
          now: facts.asOf,
          finished: facts.asOf < now,
        });
        if (options.json) io.out(JSON.stringify({ ...simulationJson(book), ...view }, null, 2));
        else for (const line of statusText(view, colors, io.columns)) painted(line);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}
