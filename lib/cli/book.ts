import { existsSync } from 'node:fs';
import path from 'node:path';
import { lookedAt } from '../alert/finish';
import { SETTLE_MINUTES } from '../facts/due';
import { type Hour, type Instant, newestSettledHour, startOf } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import type { StageEvent } from '../facts/stage';
import { dateOf, openDynamo } from '../history/client';
import { dynamoHistory } from '../history/dynamodb';
import { dynamoReceipts } from '../history/receipts';
import { useLocalCloud } from '../local/cloud';
import { scenarioRelease } from '../local/scenario';
import { readSimulation, type Simulation, simulationText } from '../local/simulation';
import { openTable } from '../local/store/local-table';
import { hasStore } from '../local/store/store';
import type { Archive, Receipts } from '../ports';
import { type Home, LOCAL_FOLDER } from '../release/command-text';
import { type ReadRelease, readRelease, releaseFolders } from '../release/read';
import type { Release } from '../release/schema';
import { whatCounts } from '../release/what-counts';
import { firstHour, loadSnapshots } from '../sampling';
import { problemsIn, type StorePlace } from './arguments';
import { type Io, UsageError } from './io';
import { STACK_VARIABLE } from './stack';

const ROOT = 'releases';

/** The release that a command is about: by name, by folder, or the only one there is. */
export function chooseRelease(wanted: string | undefined): ReadRelease {
  const folders = releaseFolders(ROOT);
  const names = folders.map((folder) => path.basename(folder)).join(', ') || 'none';
  if (wanted !== undefined) {
    const folder = [path.join(ROOT, wanted), wanted].find((one) => existsSync(path.join(one, 'release.yaml')));
    if (!folder)
      throw new UsageError(`release - got ${wanted}, expected a folder with a release.yaml; there are: ${names}`);
    return readRelease(folder);
  }
  if (folders.length !== 1)
    throw new UsageError(`release - got no name and there are ${folders.length} (${names}); name one with --release`);
  return readRelease(folders[0]!);
}

/** The same of a command that works on a history: what was played in a folder is of the release that was played. */
export function releaseFor(place: StorePlace, env: NodeJS.ProcessEnv): ReadRelease {
  const isLocal = tableFor(place, env) === undefined && typeof place.data === 'string';
  const simulation = isLocal ? readSimulation(place.data) : undefined;
  const found = chooseRelease(place.release ?? (simulation && scenarioRelease(simulation.scenario)));
  const played = simulation?.release;
  if (played !== undefined && played !== found.name)
    throw new UsageError(
      `release - got ${found.name}, expected ${played}, of which ${place.data} has a simulation; name it with --release, or another folder with --data`,
    );
  return found;
}

/** A release with its history, as a command reads it. */
export interface Book {
  release: Release;
  history: Archive;
  /** What a receiver has taken, beside the history. */
  receiptsOf(receiver: string): Receipts;
  /** Set when the history was played by `simulate`; its clock stands where the play stopped. */
  simulation?: Simulation;
  now: Instant;
}

/** The table that a command works on; undefined where the local history is meant. */
export const tableFor = ({ table, local }: StorePlace, env: NodeJS.ProcessEnv): string | undefined =>
  local ? undefined : (table ?? env.STAGEWATCH_TABLE);

/**
 * Opens the history for the time of `work`: the DynamoDB table that is named, else the local one. Reading makes no folder,
 * so that a look around does not stand in the way of a simulation. Sampling and entering a stage begin a local history
 * where `--local` or a folder's name says that it is meant; other writing needs one: a roll-back must not go where nobody looks for it. Where
 * something is written is said.
 */
export async function withBook<T>(
  place: StorePlace,
  io: Io,
  access: 'read' | 'write' | 'enter' | 'begin',
  work: (book: Book) => Promise<T>,
): Promise<T> {
  if (typeof place.data !== 'string') throw new UsageError(problemsIn(place).join('\n'));
  const found = releaseFor(place, io.env);
  const table = tableFor(place, io.env);
  const release = { ...found.release, home: homeOf(place, io.env, table) };
  if (table !== undefined) {
    if (table.trim() === '')
      throw new UsageError(
        'table - got empty text, expected the name of a DynamoDB table; unset STAGEWATCH_TABLE, or say --local for the local history',
      );
    const client = openDynamo();
    const history = dynamoHistory({ client, table, release: release.name, classify: release });
    if (access !== 'read') io.err(inTable(table, release.home));
    const receiptsOf = (receiver: string) => dynamoReceipts(client, table, receiver, io.now);
    return work({ release, history: { ...history, clock: () => dateOf(client) }, receiptsOf, now: io.now() });
  }
  const exists = hasStore(place.data);
  if (access !== 'read' && !exists) refuseNew(place, access);
  if (access !== 'read') io.err(`in the ${exists ? '' : 'new '}local history ${place.data}, on this machine only`);
  const isKept = access !== 'read' || exists;
  if (!isKept)
    io.err(
      `there is no history in ${place.data} yet; stagewatch run --local begins one, stagewatch simulate plays one`,
    );
  const { client, store, close } = await openTable(isKept ? place.data : ':memory:');
  try {
    useLocalCloud(io.env, { key: store.key, dynamodb: store.url });
    const history = dynamoHistory({ client, table: store.tableName, release: release.name, classify: release });
    const simulation = readSimulation(place.data);
    const verdict = simulation && (await history.lastVerdict());
    const stopped = verdict && startOf(verdict.hour + 1) + SETTLE_MINUTES * 60_000;
    // Its clock stands, and what is said to it is a moment later each time.
    const said = stopped && (await history.onCall()).at(-1)?.at;
    const now = stopped === undefined ? io.now() : Math.max(stopped, said ?? 0);
    // Whatever shows the release shows by its title that nobody has measured this.
    const shown = simulation
      ? {
          ...release,
          ...(await played(found)),
          title: `${release.title} (${simulationText(simulation)})`,
        }
      : release;
    const receiptsOf = (receiver: string) => dynamoReceipts(client, store.tableName, receiver, io.now);
    return await work({ release: shown, history, receiptsOf, ...(simulation && { simulation }), now });
  } finally {
    await close();
  }
}

/** How a command finds this history again. */
function homeOf(
  { release, table: asked, data }: Pick<StorePlace, 'release' | 'table' | 'data'>,
  env: NodeJS.ProcessEnv,
  table: string | undefined,
): Home {
  const named = release === undefined || !release.includes('/') ? {} : { release };
  const { AWS_REGION: region, [STACK_VARIABLE]: stack } = env;
  if (table === undefined) return { ...named, data };
  return asked === undefined && stack ? { ...named, stack, ...(region && { region }) } : { ...named, table };
}

const inTable = (table: string, { stack, region }: Home): string =>
  `in the table ${table}${stack === undefined ? '' : ` of the stack ${stack}`}${stack === undefined || region === undefined ? '' : `, ${region}`}`;

/** Nothing begins a local history by mistake, where a deployed stack was meant. Whoever names its folder means it. */
function refuseNew({ data, local }: StorePlace, access: 'write' | 'enter' | 'begin'): void {
  if (access === 'write')
    throw new UsageError(
      `history - got none in ${data}, expected one; name the deployed stack with --stack, or begin one on this machine with stagewatch watch --local`,
    );
  if (!local && data === LOCAL_FOLDER)
    throw new UsageError(
      `history - got none in ${data}: is a new one meant, on this machine only? Then say --local, or name a folder with --data; else name the deployed stack with --stack`,
    );
}

/** A line for output without the release's title; none for what was measured. */
export const simulationLines = ({ simulation }: Book): string[] => (simulation ? [simulationText(simulation)] : []);
/** The same as a field of JSON. */
export const simulationJson = ({ simulation }: Book): { simulation?: Pick<Simulation, 'scenario' | 'seed'> } =>
  simulation ? { simulation: { scenario: simulation.scenario, seed: simulation.seed } } : {};

/** All that is known of a release as of its newest settled hour. */
export interface HistoryFacts {
  log: StageEvent[];
  /** Those that count: hours that are excluded are left out. */
  snapshots: Snapshots;
  newest: Hour;
  /** The time as of which this is: the present, or when the release was finished. */
  asOf: Instant;
}

export async function factsOf({ release, history, now }: Book): Promise<HistoryFacts> {
  const [log, excluded, last, verdict] = await Promise.all([
    history.stages(),
    history.exclusions(),
    history.lastAlert(),
    history.lastVerdict(),
  ]);
  const asOf = lookedAt(release, log, { last, verdict }, now);
  const newest = newestSettledHour(asOf, SETTLE_MINUTES);
  const sampled = await loadSnapshots(history, release, firstHour(release, log, now), newest + 1);
  return { log, newest, asOf, snapshots: whatCounts(release, sampled, excluded) };
}

/** A release as it was played. Only for what was, as it takes the simulated service to say it. */
const played = async (read: ReadRelease): Promise<Release> =>
  (await import('../local/datadog/users')).withUsers(read).release;
