import { SNSClient } from '@aws-sdk/client-sns';
import { HOUR_MS } from '../lib/facts/hour';
import { BOUNDED_CALLS, bounded } from '../lib/history/client';
import type { Mark } from '../lib/marks/mark';
import { queuedOf } from '../lib/receivers/bulletin';
import { snsMarks } from '../lib/receivers/mark-message';
import type { Release } from '../lib/release/schema';
import { run } from '../lib/run';
import { envelopeOf } from './worlds/envelopes';
import { LAUNCH, tickOf } from './worlds/moments';
import { openWorld, type World } from './worlds/world';

let world: World;
beforeAll(async () => {
  world = await openWorld({ history: 'memory' });
});
beforeEach(() => world.heal());
afterAll(() => world.close());

/** Runs of a release whose marks are kept, as long as `marks` takes them. */
function marking(release: Release) {
  const sent: Mark[] = [];
  const state = { down: false };
  const watch = world.watch(release);
  const marks = {
    async send(mark: Mark) {
      if (state.down) throw new Error('out of order');
      sent.push(mark);
    },
  };
  const at = (hour: number, history = watch.history) => {
    world.minutePasses();
    return run({ ...watch, history, marks }, tickOf(hour));
  };
  const keys = () => sent.map(({ key }) => key.slice(`${release.name}/mark/`.length));
  return { at, sent, state, keys, history: watch.history };
}

const LAUNCHED = `stage/${LAUNCH * HOUR_MS}/0`;

test('an entry is marked by the next run, once', async () => {
  const { at, keys } = marking(await world.launched());
  await at(LAUNCH);
  await at(LAUNCH + 1);
  expect(keys()).toEqual([LAUNCHED]);
});

test('what cannot be sent fails no run, is said, and is sent by the next one', async () => {
  const { at, keys, state } = marking(await world.launched());
  state.down = true;
  const report = await at(LAUNCH);
  expect([report.markFailure, report.verdict.recommendation]).toEqual(['out of order', 'hold']);
  state.down = false;
  expect(await at(LAUNCH + 1)).not.toHaveProperty('markFailure');
  expect(keys()).toEqual([LAUNCHED]);
});

test('a run that is killed between sending and recording sends it again, under the same key', async () => {
  const { at, keys, history } = marking(await world.launched());
  const killed = { ...history, recordMarked: () => Promise.reject(new Error('killed')) };
  await at(LAUNCH, killed);
  await at(LAUNCH + 1);
  await at(LAUNCH + 2);
  expect(keys()).toEqual([LAUNCHED, LAUNCHED]);
});

test('who asks for no marks has none kept', async () => {
  const release = await world.launched();
  await world.attempt(release, LAUNCH);
  expect(await world.historyOf(release).lastMarked()).toBeUndefined();
});

test('what a run publishes is what the receiver of marks gets from its queue, and no alert', async () => {
  const release = await world.launched();
  const sns = snsMarks(bounded(new SNSClient(BOUNDED_CALLS)), world.sns.topicArn);
  await run({ ...world.watch(release), marks: sns }, tickOf(LAUNCH));
  const [record, ...others] = world.published;
  expect([others, record!.attributes]).toEqual([[], { release: { type: 'String', value: release.name } }]);
  const body = JSON.stringify({ sqs: record!.byProtocol!.sqs });
  expect(queuedOf(envelopeOf({ subject: record!.subject!, body, attributes: {} }))).toMatchObject({
    kind: 'mark',
    mark: { key: `${release.name}/mark/${LAUNCHED}`, kind: 'stage', at: LAUNCH * HOUR_MS, stage: 'A' },
  });
});
