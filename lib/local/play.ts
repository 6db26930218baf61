import { rmSync } from 'node:fs';
import path from 'node:path';
import { sampler } from '../../lambdas/sampler/handler';
import type { AlertRecord } from '../alert/record';
import { SETTLE_MINUTES } from '../facts/due';
import { HOUR_MS, type Hour, hourOf, type Instant, instantText, startOf } from '../facts/hour';
import type { StageEvent } from '../facts/stage';
import { dynamoHistory } from '../history/dynamodb';
import { awaitsReading } from '../judge/toggles/comparison';
import type { Verdict } from '../judge/verdict';
import type { LivePage } from '../page/server';
import { SourceError } from '../ports';
import type { ReadRelease } from '../release/read';
import { checksOf, plannedHours } from '../release/schedule';
import type { Release } from '../release/schema';
import { claim } from './claim';
import { useLocalCloud } from './cloud';
import { startDatadog } from './datadog/server';
import { newKey } from './door.cjs';
import type { Scenario } from './scenario';
import { startSecrets } from './secrets';
import { writeSimulation } from './simulation';
import { type PublishRecord, startSns } from './sns';
import { openStore } from './store/store';
import { clientOf } from './store/table-client';
import { startToggles } from './toggles/server';
import { trafficOf } from './traffic';

/** When the rollout that is played begins: Document Status's own stage A, 2026-02-11 11:00 in New York. */
const LAUNCH: Instant = Date.parse('2026-02-11T16:00:00Z');
const TICK_MINUTES = SETTLE_MINUTES + 5;
/** An owner gives up on a stage that is still on hold so long after its planned end. */
const PATIENCE_HOURS = 28 * 24;
/** A release that somebody took back is watched for so long. */
const AFTER_OFF_HOURS = 24;

/** What the release owner of the play does after a verdict: enter a stage, wait, or stop. */
export type Move = { enter: string; exposure: number } | 'wait' | 'stop';

/**
 * The owner follows the verdicts: the next stage is entered when the planned time is over and the verdict says advance;
 * a release that is to be rolled back is watched until its stage's planned end.
 *
 * @param log what the owner did
 * @param entered the stage log, which has the owner's moves later where they are read from the toggles
 */
export function ownerMove(
  release: Release,
  log: readonly StageEvent[],
  verdict: Verdict | undefined,
  entered: readonly StageEvent[] = log,
): Move {
  const [first] = release.stages;
  if (log.length === 0) return verdict ? { enter: first!.name, exposure: first!.exposure } : 'wait';
  if (!verdict) return 'wait';
  const current = verdict.stage;
  const now = startOf(verdict.hour + 1);
  if (!current) {
    const last = entered.at(-1);
    return last?.exposure === 0 && now >= last.at + AFTER_OFF_HOURS * HOUR_MS ? 'stop' : 'wait';
  }
  // The last move is not in this verdict yet.
  if (log.at(-1)!.at >= now) return 'wait';
  const index = release.stages.findIndex((stage) => stage.name === current.name);
  const next = release.stages[index + 1];
  const lastCheck = checksOf(release, entered).at(-1);
  if (!next) return now >= (lastCheck?.end ?? current.plannedEnd ?? 0) ? 'stop' : 'wait';
  if (current.plannedEnd === undefined || now < current.plannedEnd) return 'wait';
  if (verdict.recommendation === 'advance') return { enter: next.name, exposure: next.exposure };
  if (verdict.recommendation === 'roll back') return 'stop';
  return now >= current.plannedEnd + PATIENCE_HOURS * HOUR_MS ? 'stop' : 'wait';
}

export interface PlayOptions {
  release: ReadRelease;
  scenario: Scenario;
  seed: number;
  dir: string;
  /** The owner sets the release's toggles, which are read and followed, instead of entering stages. */
  toggles?: boolean;
  /** Goes on with the play that is in `dir` instead of starting anew. */
  resume: boolean;
  signal: AbortSignal;
  /** Shows the play while it goes on, and then how it ended. */
  page?: Pick<LivePage, 'show' | 'freeze'>;
  /** Told of each hour; the next one waits until it is done. */
  onProgress(hoursPlayed: number, hoursPlanned: number, verdict: Verdict): void | Promise<void>;
  /** Told of each message after the run that published it. */
  onPublish(record: PublishRecord, alert: AlertRecord, at: Instant): void;
  onStage(event: StageEvent): void;
  /** Told when a stage has lasted as planned, and again whenever the recommendation changes after that. */
  onStageEnd(verdict: Verdict): void;
  /** Told what could not be had of Datadog's events, and again when that changes; it fails no run. */
  onUncounted(failure: string): void;
}

export interface Played {
  verdict: Verdict;
  hours: number;
  /** False when it was interrupted. */
  finished: boolean;
}

/**
 * Plays a rollout through the sampler's own handler, an hour at a time, against a DynamoDB, SNS, Secrets Manager and
 * Datadog on this machine. All its state is in the history, so a play that was killed goes on where it stopped.
 */
export async function play(options: PlayOptions): Promise<Played> {
  const { release: read, scenario, seed, dir, signal } = options;
  const { name, release } = read;
  const file = options.toggles ? followingFile(read) : read.file;
  const ours = await claim(dir);
  if (!options.resume) rmSync(path.join(dir, 'dynamodb'), { recursive: true, force: true });
  writeSimulation(dir, { release: name, scenario: scenario.name, seed, ...(!options.toggles && { byHand: true }) });

  let now = 0;
  /** What the owner did, at the instant of it: as the stage log has it, or as the toggles are set. */
  const log: StageEvent[] = [];
  const store = await openStore(dir);
  const published: PublishRecord[] = [];
  const sns = await startSns({ key: store.key, onPublish: (record) => published.push(record) });
  const keys = { apiKey: newKey(), appKey: newKey(), toggleKey: newKey() };
  const toggles = await startToggles(() => log.findLast(({ at }) => at <= now)?.exposure ?? 0, keys.toggleKey);
  const secrets = await startSecrets({ 'stagewatch-datadog': JSON.stringify(keys) }, store.key);
  const traffic = trafficOf(scenario, seed, log);
  const datadog = await startDatadog({ traffic, now: () => now, keys });
  try {
    useLocalCloud(process.env, { key: store.key, dynamodb: store.url, sns: sns.url, secretsManager: secrets.url });
    const client = clientOf(store);
    const history = dynamoHistory({
      client,
      table: store.tableName,
      release: name,
      classify: release,
      // Nobody else writes, and a play that was killed and resumed ends in the same table.
      token: () => 'simulation',
    });
    const tick = sampler(
      {
        STAGEWATCH_TABLE: store.tableName,
        STAGEWATCH_TOPIC: sns.topicArn,
        STAGEWATCH_SECRET: 'stagewatch-datadog',
        STAGEWATCH_DATADOG_URL: datadog.url,
        STAGEWATCH_TOGGLES_URL: toggles.url,
      },
      () => {},
      () => now,
      client,
    );
    // Nobody else enters a stage, but somebody may take the release back.
    let entered = await history.stages();
    log.push(...entered.map(asSet));
    let verdict = await history.lastVerdict();
    // Its own clock: an hour that is being worked on has not come yet.
    options.page?.show({ release, history, now: () => (verdict ? tickAfter(verdict.hour) : now) });
    const took = (event: StageEvent) => {
      entered.push(event);
      options.onStage(event);
    };
    let told = '';
    let uncounted: string | undefined;
    for (let hours = 0; ; hours++) {
      if (log.length > 0 && verdict && !verdict.stage) entered = await history.stages();
      const move = ownerMove(release, log, verdict, entered);
      if (verdict && (move === 'stop' || signal.aborted)) return { verdict, hours, finished: move === 'stop' };
      if (!ours()) throw new Error(`another simulation was started in ${dir}; this one ends`);
      if (typeof move === 'object') {
        const event = {
          at: startOf(verdict!.hour + 2),
          stage: move.enter,
          exposure: move.exposure,
          plannedExposure: move.exposure,
          by: 'simulated owner',
        };
        if (!options.toggles && (await history.enterStage(event))) took(event);
        if (!log.some((one) => one.at === event.at)) log.push(event);
      }
      const hour: Hour = verdict ? verdict.hour + 1 : hourOf(LAUNCH) - 2;
      now = tickAfter(hour);
      verdict = await tick({ release: { name, file }, scheduledTime: instantText(now) }).then(
        ({ verdict, eventFailure, entered }) => {
          if (entered) took(entered);
          if (eventFailure !== undefined && eventFailure !== uncounted) options.onUncounted(eventFailure);
          uncounted = eventFailure;
          return verdict;
        },
        async (error) => {
          // The cloud's next hourly run goes on after a failed one, and so does the play.
          if (!(error instanceof SourceError)) throw error;
          return (await history.lastVerdict())!;
        },
      );
      const alerts = published.length > 0 ? await history.alerts() : [];
      for (const record of published.splice(0)) {
        const { seq } = JSON.parse(record.byProtocol!.lambda!);
        options.onPublish(record, alerts.find((alert) => alert.seq === seq)!, now);
      }
      const ended = endedStage(verdict);
      if (ended && ended !== told) options.onStageEnd(verdict);
      told = ended ?? told;
      await options.onProgress(hour - hourOf(LAUNCH), plannedHours(release), verdict);
    }
  } finally {
    await options.page?.freeze();
    await Promise.all([store.close(), sns.close(), secrets.close(), datadog.close(), toggles.close()]);
  }
}

/** What a release of a play asks how its toggles are set. */
export const PLAYED_TOGGLES = {
  flipper: { url: 'https://flags.example.com/flipper/api', header: 'Authorization' },
  follow: true,
};

/** The release file with a toggle service of the play, whose changes are followed; of several toggles the first counts. */
const followingFile = ({ file, release }: ReadRelease): object => ({
  ...(file as object),
  ...(release.toggles.length > 1 && { exposed: release.exposed ?? release.toggles[0]!.name }),
  toggleService: PLAYED_TOGGLES,
});

/** An entry of the log as the owner made it: toggles are set on the hour, and read some minutes later. */
const asSet = ({ after, ...event }: StageEvent): StageEvent =>
  event.byToggle ? { ...event, at: startOf(hourOf(event.at)) } : event;

/** When the hour is sampled. */
const tickAfter = (hour: Hour): Instant => startOf(hour + 1) + TICK_MINUTES * 60_000;

/** A stage that has lasted as planned, with what is recommended now. */
function endedStage({ stage, hour, recommendation, toggles }: Verdict): string | undefined {
  const over = stage?.plannedEnd !== undefined && startOf(hour + 1) >= stage.plannedEnd && !awaitsReading(toggles);
  return over ? `${stage.name} ${recommendation}` : undefined;
}
