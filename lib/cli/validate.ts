import type { Command } from 'commander';
import { percent, plural } from '../facts/format';
import { ReleaseError } from '../release/parse';
import { type ReadRelease, readRelease, releaseFolders } from '../release/read';
import { seriesOf } from '../release/series-of';
import { jsonOption } from './arguments';
import { chooseRelease } from './book';
import { type Io, UsageError } from './io';

export function validateCommand(program: Command, io: Io): void {
  program
    .command('validate')
    .argument('[release]', 'a release or its folder (default: all of releases/)')
    .description('check release files and list every problem')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ stagewatch validate
  $ stagewatch validate document-status
  $ stagewatch validate releases/document-status --json`,
    )
    .action((wanted: string | undefined, { json }: { json?: boolean }) => {
      const folders = releaseFolders('releases');
      const read = wanted === undefined && folders.length > 0 ? readAll(folders) : [chooseRelease(wanted)];
      if (json)
        return io.out(
          JSON.stringify(
            read.map(({ release }) => release),
            null,
            2,
          ),
        );
      for (const { name, release } of read) {
        const stages = release.stages.map((stage) => `${stage.name} ${percent(stage.exposure)}`).join(', ');
        const toggleOff = seriesOf(release).filter((one) => one.toggleOff).length;
        const sampled = [
          plural(release.endpoints.length, 'endpoint'),
          ...(release.controls.length > 0 ? [plural(release.controls.length, 'control')] : []),
          ...(toggleOff > 0 ? [`${toggleOff} toggle-off series`] : []),
        ];
        io.out(`${name} is valid: ${sampled.join(', ')}, stages ${stages}`);
      }
    });
}

/** @throws UsageError with the problems of all the files */
function readAll(folders: readonly string[]): ReadRelease[] {
  const problems: string[] = [];
  const read = folders.flatMap((folder) => {
    try {
      return [readRelease(folder)];
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return read;
}
