import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { percent, plural } from '../facts/format';
import { isSameRepository, originOf } from '../pull-request/origin';
import { processes } from '../pull-request/process';
import { ReleaseError } from '../release/parse';
import { isAddress, planAddress } from '../release/plan-address';
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
    .option('--checkout <folder>', 'a clone of the repository in which plans with an address lie: look for them there')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ stagewatch validate
  $ stagewatch validate document-status
  $ stagewatch validate --checkout ../plans
  $ stagewatch validate releases/document-status --json`,
    )
    .action(async (wanted: string | undefined, { json, checkout }: { json?: boolean; checkout?: string }) => {
      const folders = releaseFolders('releases');
      const read = wanted === undefined && folders.length > 0 ? readAll(folders) : [chooseRelease(wanted)];
      const looked = await Promise.all(read.map((one) => lookForPlan(one, checkout, io)));
      const missing = looked.flatMap((one) => one ?? []);
      if (missing.length > 0) throw new UsageError(missing.join('\n'));
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
        const series = seriesOf(release);
        const toggleOff = series.filter((one) => one.toggleOff).length;
        const classes = series.filter((one) => one.classes).length;
        const sampled = [
          plural(release.endpoints.length, 'endpoint'),
          ...(release.controls.length > 0 ? [plural(release.controls.length, 'control')] : []),
          ...(toggleOff > 0 ? [`${toggleOff} toggle-off series`] : []),
          ...(classes > 0 ? [`${classes} series of error classes`] : []),
        ];
        io.out(`${name} is valid: ${sampled.join(', ')}, stages ${stages}`);
      }
    });
}

/**
 * What is wrong with a release's plan: it does not exist where the release file says. Of a plan with an address that is
 * known only in a clone of its own repository; about any other, nothing is known.
 */
async function lookForPlan(read: ReadRelease, checkout: string | undefined, io: Io): Promise<string | undefined> {
  const { name, folder, release } = read;
  if (release.plan === undefined) return undefined;
  const file = path.join(folder, 'release.yaml');
  if (!isAddress(release.plan)) {
    const plan = path.join(folder, release.plan);
    return existsSync(plan) ? undefined : `${file}: plan - got ${release.plan}, expected a file; there is no ${plan}`;
  }
  const address = planAddress(release.plan);
  if (!address)
    return `${file}: plan - got ${release.plan}, expected the address of a file, such as https://github.com/org/name/blob/main/plan.md`;
  if (checkout === undefined) return undefined;
  const origin = await originOf(checkout, processes(io.env, io.signal));
  if (!origin || !isSameRepository(origin.repository, address.repository)) {
    io.err(`the plan of ${name} was not looked for: ${checkout} is no clone of ${address.repository.name}`);
    return undefined;
  }
  const plan = path.join(checkout, path.relative(origin.prefix, address.path));
  return existsSync(plan)
    ? undefined
    : `${file}: plan - got ${release.plan}, expected a file of the repository; ${checkout} has no ${address.path}`;
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
