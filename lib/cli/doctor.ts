import { existsSync } from 'node:fs';
import path from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Command } from 'commander';
import type { Check } from '../doctor/check';
import { examine } from '../doctor/doctor';
import type { Provable } from '../doctor/set-up';
import { plural } from '../facts/format';
import { BOUNDED_CALLS } from '../history/client';
import { type DatadogKeys, secretKeys } from '../sources/datadog/keys';
import { toggleServiceOf } from '../toggles/toggle-service-of';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import { type Book, chooseRelease, tableFor, withBook } from './book';
import { EXIT, type Io, UsageError } from './io';
import { receiversToTell } from './notify';
import { progressOn } from './progress';
import { RECEIVERS_VARIABLE } from './stack';

/** Looks whether a set-up is right; `exit` gets 1 when something is not. */
export function doctorCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const command = program
    .command('doctor')
    .description(
      'check a set-up before you rely on it: keys, metric, every endpoint over four weeks, events, toggles, table, receivers, clock; and how often its criteria would have paged',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Each check prints one line: ok; WRONG or UNPROVEN with the remedy; or skipped with the reason. doctor writes nothing, and
a failed check does not stop the others.

"past" says how often the criteria would have paged in the weeks after the first four of the last twelve, as if the release had been
there, the lowest limit that would not have paged, and the limit that pages once a quarter. It changes no exit code.

Keys come from STAGEWATCH_SECRET (the stack's output SecretArn) if it is set, else from DD_API_KEY and DD_APP_KEY. The key of a toggle
service is in the same secret, or in STAGEWATCH_TOGGLE_KEY. Of the receivers in notify of stagewatch.yaml, Datadog is asked whether it takes
the API key in STAGEWATCH_NOTIFY_DATADOG, without an event; test-alert --to datadog makes one.
Only a key with the scope metrics_read can prove that the metric counts requests. Nothing else needs that scope.

Exit codes: 0 nothing is wrong, 1 something is wrong or unproven.

Examples:
  $ DD_API_KEY=... DD_APP_KEY=... stagewatch doctor
  $ STAGEWATCH_SECRET=... STAGEWATCH_TABLE=... STAGEWATCH_TOPIC=... stagewatch doctor --release document-status
  $ stagewatch doctor --json | jq -r '.[] | select(.outcome == "wrong" or .outcome == "unproven").text'`,
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      const { release } = chooseRelease(options.release);
      const table = tableFor(options, io.env);
      if (table?.trim() === '')
        throw new UsageError('table - got empty text, expected the name of a DynamoDB table; unset STAGEWATCH_TABLE');
      const checks: Check[] = [];
      const progress = progressOn(io, 'asks Datadog:', SILENT_MS);
      await examine(
        {
          release,
          keys: () => keysFrom(io.env),
          datadogUrl: io.env.STAGEWATCH_DATADOG_URL,
          ...(table && { table }),
          embedded: () => embedded(options, io, async ({ history }) => (await history.lastVerdict())?.hour),
          stages: () => embedded(options, io, ({ history }) => history.stages()),
          toggles: () => toggleServiceOf(release, { env: io.env, ...secretOf(io.env) }),
          receivers: () => receiversIn(io.env, table !== undefined),
          topic: io.env.STAGEWATCH_TOPIC?.trim(),
          now: io.now,
          progress: progress.at,
          signal: io.signal,
        },
        (check) => {
          checks.push(check);
          if (!options.json) progress.print(lineOf(check));
        },
      ).finally(progress.stop);
      if (options.json) io.out(JSON.stringify(checks, null, 2));
      const numberOf = (outcome: Check['outcome']) => checks.filter((check) => check.outcome === outcome).length;
      const unproven = numberOf('unproven');
      io.err(
        `${plural(checks.length, 'check')}: ${numberOf('wrong')} wrong, ${unproven > 0 ? `${unproven} unproven, ` : ''}${numberOf('skipped')} skipped`,
      );
      if (numberOf('wrong') + unproven > 0) exit(EXIT.breach);
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** Those of `watch` with their credentials, or those of a stack, whose credentials only its functions read. */
const receiversIn = (env: NodeJS.ProcessEnv, inCloud: boolean): Provable[] =>
  inCloud ? (env[RECEIVERS_VARIABLE]?.split(',').map((name) => ({ name })) ?? []) : receiversToTell(env);

/** Something of the history on this machine, where there is one. */
async function embedded<T>(place: StorePlace, io: Io, work: (book: Book) => Promise<T>): Promise<T | undefined> {
  if (!existsSync(path.join(place.data, 'dynamodb'))) return undefined;
  return withBook(place, io, 'read', work);
}

/** Quick answers need no progress. */
const SILENT_MS = 5_000;

/** What has to be put right is in capitals. */
const lineOf = ({ outcome, name, text }: Check) =>
  `${(outcome === 'wrong' || outcome === 'unproven' ? outcome.toUpperCase() : outcome).padEnd(8)}  ${name.padEnd(10)}  ${text}`;

/** The keys that the function itself reads, or this shell's. */
async function keysFrom(env: NodeJS.ProcessEnv): Promise<DatadogKeys> {
  const { secret } = secretOf(env);
  if (secret) return secretKeys(secret.client, secret.id).get();
  const [apiKey, appKey] = ['DD_API_KEY', 'DD_APP_KEY'].map((name) => env[name]?.trim() ?? '');
  const missing = [apiKey ? '' : 'DD_API_KEY', appKey ? '' : 'DD_APP_KEY'].filter(Boolean).join(' and ');
  if (missing)
    throw new UsageError(`${missing} - got nothing, expected Datadog's keys; set them, or STAGEWATCH_SECRET`);
  return { apiKey: apiKey!, appKey: appKey! };
}

function secretOf(env: NodeJS.ProcessEnv): { secret?: { client: SecretsManagerClient; id: string } } {
  const id = env.STAGEWATCH_SECRET?.trim();
  return id ? { secret: { client: new SecretsManagerClient(BOUNDED_CALLS), id } } : {};
}
