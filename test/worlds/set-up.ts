import type { IncomingMessage } from 'node:http';
import type { Check } from '../../lib/doctor/check';
import type { Hour } from '../../lib/facts/hour';
import type { Counts } from '../../lib/facts/snapshot';
import { useLocalCloud } from '../../lib/local/cloud';
import { startDatadog } from '../../lib/local/datadog/server';
import { type HttpAnswer, listen } from '../../lib/local/listen';
import { startSecrets } from '../../lib/local/secrets';
import { type PublishRecord, startSns } from '../../lib/local/sns';
import { openStore } from '../../lib/local/store/store';
import { type ResourceName, trafficOf } from '../../lib/local/traffic';
import { stagewatch } from './console';
import { scenario } from './local-rollout';

/** Sentinels: they may appear in no output. */
export const KEYS = { apiKey: 'sentinel-api-key-4c1d', appKey: 'sentinel-app-key-77e0' };

/** Answers in place of Datadog, or undefined to let it answer. */
type Fault = (
  request: IncomingMessage,
  body: string,
  honest: () => Promise<HttpAnswer>,
) => HttpAnswer | Promise<HttpAnswer> | undefined;

/** Table, topic, secret and Datadog on this machine as of now, since their answers carry the real date; all is right. */
export async function openSetUp(onPublish: (record: PublishRecord) => void = () => {}) {
  const store = await openStore(':memory:');
  let subscriptions = [{ protocol: 'email', arn: 'arn:aws:sns:us-east-1:000000000000:stagewatch-alerts:1' }];
  const sns = await startSns({ key: store.key, onPublish, subscriptions: () => subscriptions });
  const secret: Record<string, string> = { 'datadog-keys': JSON.stringify(KEYS) };
  const secrets = await startSecrets(secret, store.key);
  const base = trafficOf(scenario('as-it-was'), 1, []);
  let counts: (resource: ResourceName, hour: Hour) => Counts | undefined = () => undefined;
  const behind = await startDatadog({
    traffic: { ...base, counts: (resource, hour) => counts(resource, hour) ?? base.counts(resource, hour) },
    now: Date.now,
    keys: KEYS,
  });
  let fault: Fault = () => undefined;
  const datadog = await listen((request, body) => {
    const honest = async () => {
      const { method, url, headers } = request;
      const kept = Object.entries(headers).filter(([name]) => /^(content-type|dd-.*-key)$/.test(name));
      const sent = { method, headers: Object.fromEntries(kept) as Record<string, string> };
      const answer = await fetch(behind.url + url, method === 'GET' ? sent : { ...sent, body });
      return { status: answer.status, type: 'application/json', body: await answer.text() };
    };
    return fault(request, body, honest) ?? honest();
  });
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url, sns: sns.url, secretsManager: secrets.url });

  const env = {
    DD_API_KEY: KEYS.apiKey,
    DD_APP_KEY: KEYS.appKey,
    STAGEWATCH_DATADOG_URL: datadog.url,
    STAGEWATCH_TABLE: store.tableName,
    STAGEWATCH_TOPIC: sns.topicArn,
  };
  return {
    store,
    sns,
    secret,
    env,
    /** The counts of a resource in an hour; undefined for the ordinary ones. */
    counts(script: typeof counts) {
      counts = script;
    },
    fault(next: Fault) {
      fault = next;
    },
    subscribed(next: typeof subscriptions) {
      subscriptions = next;
    },
    heal() {
      counts = () => undefined;
      fault = () => undefined;
      subscriptions = [{ protocol: 'email', arn: 'arn:aws:sns:us-east-1:000000000000:stagewatch-alerts:1' }];
    },
    /** What doctor says of a release; no key may be in it. */
    async doctor(place: string, change: { env?: Record<string, string>; now?: number; args?: string[] } = {}) {
      const { code, out, err } = await stagewatch(['doctor', '--release', place, '--json', ...(change.args ?? [])], {
        now: change.now ?? Date.now(),
        env: { ...env, ...change.env },
      });
      for (const key of Object.values(KEYS)) expect(out + err).not.toContain(key);
      const checks = JSON.parse(out) as Check[];
      const texts = (outcome: Check['outcome']) =>
        Object.fromEntries(checks.filter((one) => one.outcome === outcome).map(({ name, text }) => [name, text]));
      return {
        code,
        err,
        checks,
        wrong: texts('wrong'),
        unproven: texts('unproven'),
        skipped: texts('skipped'),
        ok: texts('ok'),
      };
    },
    close: () => Promise.all([store.close(), sns.close(), secrets.close(), behind.close(), datadog.close()]),
  };
}
