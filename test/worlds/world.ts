import { type DynamoDBClient, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Hour, hourOf, hourText, type Instant } from '../../lib/facts/hour';
import { packedUpdates } from '../../lib/facts/packed/update';
import { scopeName } from '../../lib/facts/series';
import type { Counts } from '../../lib/facts/snapshot';
import { BOUNDED_CALLS, bounded, openDynamo } from '../../lib/history/client';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { alertItem } from '../../lib/history/items/alert-item';
import { eventCountItem } from '../../lib/history/items/event-count-item';
import { type Item, releaseKey } from '../../lib/history/items/item';
import { onCallItem } from '../../lib/history/items/on-call-item';
import { stageItem } from '../../lib/history/items/stage-item';
import { togglesItem } from '../../lib/history/items/toggles-item';
import { verdictItem } from '../../lib/history/items/verdict-item';
import { snapshotItem } from '../../lib/history/snapshot-item';
import { factsFrom } from '../../lib/judge/rollout';
import { useLocalCloud } from '../../lib/local/cloud';
import { startDatadog } from '../../lib/local/datadog/server';
import { startSecrets } from '../../lib/local/secrets';
import { type PublishRecord, startSns } from '../../lib/local/sns';
import type { Traffic } from '../../lib/local/traffic';
import { snsSink } from '../../lib/messages/sns';
import type { Archive } from '../../lib/ports';
import type { Release } from '../../lib/release/schema';
import { seriesOf } from '../../lib/release/series-of';
import { type RunReport, run, type Watch } from '../../lib/run';
import { datadogSource } from '../../lib/sources/datadog/source';
import { byStatus } from './by-status';
import { type Script, standIn } from './datadog-stand-in';
import { emptyTable, memoryHistory, type Table } from './memory-history';
import { entered, LAUNCH, tickOf } from './moments';
import { FINE, releaseOf } from './small-release';
import { openTable } from './table';

/** Sentinels: they may appear nowhere but in the request to Datadog. */
export const KEYS = { apiKey: 'sentinel-api-key-5f1d7c', appKey: 'sentinel-app-key-9ab3e0' };
export const SECRET = 'stagewatch-datadog';

interface Bounds {
  timeoutMs?: number;
  signal?: AbortSignal;
  interrupt?: AbortSignal;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** `npm run test:long` plays what may be in memory against DynamoDB, too. */
const REAL = process.env.STAGEWATCH_TEST_HISTORY === 'dynamodb';

/**
 * The cloud's neighbours on this machine and a release that is watched through the real adapters: official clients over
 * HTTP. `process.env` points every AWS client of the test file at them. Where the table is not the point, `history:
 * 'memory'` keeps what is recorded in memory, which takes a tenth of the time.
 */
export async function openWorld({ history }: { history?: 'memory' } = {}) {
  const store = await openTable();
  const inMemory = history === 'memory' && !REAL;
  const tables = new Map<string, Table>();
  const tableOf = ({ name }: Release): Table => {
    const table = tables.get(name) ?? emptyTable();
    tables.set(name, table);
    return table;
  };
  const published: PublishRecord[] = [];
  const faults = { sns: false };
  const sns = await startSns({
    key: store.key,
    onPublish(record) {
      if (faults.sns) throw new Error('out of order');
      published.push(record);
    },
  });
  const secret: Record<string, string> = { [SECRET]: JSON.stringify(KEYS) };
  const secrets = await startSecrets(secret, store.key);

  // What #show does in an hour; undefined while Datadog takes in nothing at all.
  let show: (hour: Hour) => Counts | undefined = () => FINE;
  const traffic: Traffic = {
    counts: (resource, hour) =>
      (resource === '#show' ? show(hour) : show(hour) && byStatus({ 200: 100 })) ?? byStatus({}),
    toggleOff: (resource, hour) => traffic.counts(resource, hour),
    expected: () => ({ requests: 0, errors: 0 }),
    kind: () => new Map(),
    blind: () => false,
  };
  let now: Instant = Number.MAX_SAFE_INTEGER;
  let keys = { ...KEYS };
  const behind = await startDatadog({
    traffic,
    now: () => now,
    keys: {
      get apiKey() {
        return keys.apiKey;
      },
      get appKey() {
        return keys.appKey;
      },
    },
  });
  const datadog = await standIn();
  /** Answers as Datadog would. */
  const honest: Script = (response) => {
    const { method, url, headers, body } = datadog.asked.at(-1)!;
    const passed = ['content-type', 'dd-api-key', 'dd-application-key'].map((name) => [name, String(headers[name])]);
    void fetch(`${behind.url}${url}`, { method, headers: Object.fromEntries(passed), body }).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
  };

  useLocalCloud(process.env, { key: store.key, dynamodb: store.url, sns: sns.url, secretsManager: secrets.url });
  const dynamo: DynamoDBClient = openDynamo();
  const snsClient = bounded(new SNSClient(BOUNDED_CALLS));
  let releases = 0;
  /** A minute later at every run, so that a message left pending is free. */
  let clock: Instant = 0;

  const historyOf = (release: Release): Archive =>
    inMemory
      ? memoryHistory(tableOf(release), () => clock)
      : dynamoHistory({
          client: dynamo,
          table: store.tableName,
          release: release.name,
          classify: release,
          clock: () => clock,
        });

  /** A release as a new process watches it. */
  const watch = (release: Release, { timeoutMs }: Bounds = {}): Watch & { history: Archive } => ({
    release,
    source: datadogSource({ datadog: release.datadog, keys: async () => KEYS, url: datadog.url, timeoutMs }),
    history: historyOf(release),
    sink: snsSink(snsClient, sns.topicArn, release),
  });
  // A process keeps what it has read and serves many runs.
  const processes = new Map<string, Watch>();

  return {
    watch,
    store,
    sns,
    datadog,
    honest,
    published,
    faults,
    secret,
    historyOf,
    /** A name that no other release of this table has. */
    freshName: () => `release-${++releases}`,

    /** What Datadog shows of #show from now on; undefined for an hour in which it has nothing at all. */
    shows(script: (hour: Hour) => Counts | undefined) {
      show = script;
    },
    /** Only these keys are let in from now on. */
    lock(next: typeof KEYS) {
      keys = next;
    },
    /** The time at Datadog: it shows no hour that has not ended. */
    at(instant: Instant) {
      now = instant;
    },
    /** All is well again. */
    heal() {
      show = () => FINE;
      now = Number.MAX_SAFE_INTEGER;
      keys = { ...KEYS };
      secret[SECRET] = JSON.stringify(KEYS);
      faults.sns = false;
      published.length = 0;
      datadog.answers(honest);
    },

    /** A release that was launched with what it is judged by behind it, as runs up to the hour before left it. */
    async launched(change: object = {}): Promise<Release> {
      const release = releaseOf(this.freshName(), change);
      await this.seed(release, factsFrom(release, LAUNCH), LAUNCH);
      await historyOf(release).enterStage(entered(LAUNCH));
      return release;
    },
    /** A run that comes now is not the one that wrote the last message. */
    minutePasses() {
      clock += 60_000;
    },
    /** One run with `newest` as its newest hour. */
    attempt(release: Release, newest: Hour, bounds: Bounds = {}): Promise<RunReport> {
      const name = `${release.name} ${bounds.timeoutMs}`;
      const process = processes.get(name) ?? watch(release, bounds);
      processes.set(name, process);
      this.minutePasses();
      return run(process, tickOf(newest), bounds);
    },
    /** A run whose source must not fail. */
    async hour(release: Release, newest: Hour, bounds: Bounds = {}): Promise<RunReport> {
      const report = await this.attempt(release, newest, bounds);
      if (report.failure) throw report.failure;
      return report;
    },
    /** A run for every hour of [from, to). */
    async hours(release: Release, from: Hour, to: Hour) {
      for (let newest = from; newest < to; newest++) await this.hour(release, newest);
    },
    /** What was alerted, oldest first, and whether people were told. */
    async alertsOf(release: Release): Promise<string[]> {
      return (await historyOf(release).alerts()).map(({ change, status }) => `${change} ${status}`);
    },
    subjects: () => published.map(({ subject }) => subject),

    /** Puts final, counted hours [from, to) of every series into the table, as earlier runs would have left them. */
    async seed(release: Release, from: Hour, to: Hour, counts: (hour: Hour) => Counts = () => FINE) {
      const readings = seriesOf(release).flatMap(({ name: endpoint }) =>
        Array.from({ length: to - from }, (_, index) => {
          const hour = from + index;
          return { next: { endpoint, hour, kind: 'counted', counts: counts(hour), revision: 1, final: true } as const };
        }),
      );
      const { hours, days } = packedUpdates(readings);
      const archive = historyOf(release);
      await archive.snapshots(
        seriesOf(release).map(({ name }) => name),
        from,
        to,
      );
      for (const day of days) await archive.recordDay(day);
      for (const [hour, ofHour] of hours) await archive.recordHour(hour, ofHour);
    },

    /**
     * Every item of a release in key order, and each of its snapshots from the hour `from` on as an item of its own, however
     * they are kept; the release's name is left out, so that two releases can be compared, and so are digests and which run took an alert.
     */
    async dump(release: Release, from: Hour = LAUNCH): Promise<Record<string, unknown>[]> {
      const items: Record<string, unknown>[] = inMemory ? itemsOf(release, tableOf(release)) : [];
      const pages = paginateQuery(
        { client: dynamo },
        {
          TableName: store.tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: releaseKey(release.name) } },
        },
      );
      for await (const { Items } of inMemory ? [] : pages)
        items.push(...(Items ?? []).map((item) => unmarshall(item, { wrapNumbers: Number })));
      const names = seriesOf(release).map(({ name }) => name);
      const snapshots = await historyOf(release).snapshots(names, from, LAUNCH + 1344);
      for (const known of snapshots.values())
        for (const one of known.values())
          items.push(unmarshall(snapshotItem(release.name, one, release), { wrapNumbers: Number }));
      return items
        .filter(({ sk }) => !/^(hour|day|moved)#/.test(String(sk)))
        .map(({ writer, takenAt, digest, ...item }) =>
          JSON.parse(JSON.stringify(item).replaceAll(release.name, 'RELEASE')),
        );
    },

    /** Every item of every release. */
    async table(): Promise<Record<string, unknown>[]> {
      const items: Record<string, unknown>[] = [];
      for await (const { Items } of paginateScan({ client: dynamo }, { TableName: store.tableName })) {
        items.push(...(Items ?? []).map((item) => unmarshall(item, { wrapNumbers: Number })));
      }
      return items;
    },

    async close() {
      dynamo.destroy();
      snsClient.destroy();
      await Promise.all([store.close(), sns.close(), secrets.close(), behind.close(), datadog.close()]);
    },
  };
}

/** A table in memory as the items that DynamoDB would have of it, but for the snapshots. */
function itemsOf(release: Release, { stages, verdicts, alerts, onCall, eventCounts, toggles }: Table) {
  const { name } = release;
  const key = ({ sk }: Item) => sk!.S!;
  const ofRelease = [
    ...[...alerts.values()].map(({ takenAt, ...alert }) => alertItem(name, alert)),
    ...[...eventCounts.values()].map((count) => eventCountItem(name, count)),
    ...[...onCall.values()].map((event) => onCallItem(name, event)),
    ...[...stages.values()].flatMap((lines) => lines.map((line, before) => stageItem(name, line, before))),
    ...[...toggles.values()].map((facts) => togglesItem(name, facts)),
    ...[...verdicts.values()].map((verdict) => verdictItem(name, verdict)),
  ].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return ofRelease.map((item) => unmarshall(item, { wrapNumbers: Number }));
}

/** Only the items of a kind, by their sort keys; the snapshots of the scope are a kind of their own. */
export const kindOf = (
  dump: readonly Record<string, unknown>[],
  kind: 'snapshot' | 'scope' | 'verdict' | 'alert' | 'stage',
) =>
  dump.filter(({ sk, endpoint }) => {
    if (kind !== 'snapshot' && kind !== 'scope') return String(sk).startsWith(`${kind}#`);
    return !String(sk).includes('#') && (endpoint === scopeName) === (kind === 'scope');
  });

export const keysOf = (items: readonly Record<string, unknown>[]) => items.map(({ sk }) => sk);

/** Sort keys of the hours [from, to). */
export const textsOf = (from: Hour, to: Hour, prefix = '') =>
  Array.from({ length: to - from }, (_, index) => `${prefix}${hourText(from + index)}`);

/** The hours of each request that Datadog got, in order. */
export const spansAsked = (world: World): { from: Hour; to: Hour }[] =>
  world.datadog.asked.map(({ body }) => {
    const { from, to } = JSON.parse(body).data.attributes;
    return { from: hourOf(from), to: hourOf(to) };
  });
