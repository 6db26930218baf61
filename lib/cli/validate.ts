import type { Command } from 'commander';
import { percent, plural } from '../domain/format';
import { readRelease, releaseFolders } from '../release/read';
import { jsonOption } from './arguments';
import { chooseRelease } from './book';
import type { Io } from './io';

export function validateCommand(program: Command, io: Io): void {
  program
    .command('validate')
    .argument('[release]', 'name of a release, or its folder (default: all of releases/)')
    .description('check release files; a bad one gets all its problems at once')
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
      const read = wanted === undefined && folders.length > 0 ? folders.map(readRelease) : [chooseRelease(wanted)];
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
        io.out(`${name} is valid: ${plural(release.endpoints.length, 'endpoint')}, stages ${stages}`);
      }
    });
}
