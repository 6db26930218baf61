import { receiverChecks } from '../../lib/doctor/receivers';
import type { Provable } from '../../lib/doctor/set-up';
import { datadog } from '../../lib/receivers/datadog/receiver';
import { API_KEY, startDatadogEvents } from '../worlds/datadog-events-stand-in';

let events: Awaited<ReturnType<typeof startDatadogEvents>>;
beforeAll(async () => {
  events = await startDatadogEvents();
});
afterAll(() => events.close());

/** What doctor says of Datadog's events with an API key, in the place that the receiver would tell. */
const checkedWith = (apiKey: string) => {
  const place = { host: 'api.ddog-gov.com', url: new URL(events.url) };
  return receiverChecks({ receivers: () => [{ name: 'datadog', prove: () => datadog.prove!({ apiKey }, place) }] });
};

test('the right to send events is proved by the API key, and no event is made', async () => {
  expect(await checkedWith(API_KEY)).toEqual([
    {
      name: 'datadog',
      outcome: 'ok',
      text: 'api.ddog-gov.com takes the API key, and asks for no more where events are sent; none was sent; stagewatch test-alert --to datadog proves the whole way by a message that is marked as a test',
    },
  ]);
  expect(events.asked.map(({ path }) => path)).toEqual(['/api/v1/validate']);
  expect(events.events).toEqual([]);
});

test('a key that was revoked, or is of another site, is wrong, and is not repeated', async () => {
  const [check] = await checkedWith('sentinel-of-another-site');
  expect(check).toEqual({
    name: 'datadog',
    outcome: 'wrong',
    text: 'datadog refused - got HTTP 403 for the API key, expected a key of api.ddog-gov.com; is it whole, and not revoked?',
  });
});

test('no answer, and a secret of another form, are wrong, too', async () => {
  const out = (response: { writeHead(status: number): { end(): void } }) => void response.writeHead(503).end();
  events.script.push(out, out, out);
  const [silent] = await checkedWith(API_KEY);
  expect([silent!.outcome, silent!.text]).toEqual(['wrong', expect.stringContaining('gave no answer - got HTTP 503')]);
  const [malformed] = await checkedWith('a key');
  expect([malformed!.outcome, malformed!.text]).toEqual(['wrong', expect.stringContaining('got another secret')]);
});

test('what only a message could prove is skipped, and said; what is missing is wrong', async () => {
  const slack: Provable = { name: 'slack' };
  expect(await receiverChecks({ receivers: () => [slack] })).toEqual([
    { name: 'slack', outcome: 'skipped', text: expect.stringContaining('test-alert --to slack') },
  ]);
  const missing = () => {
    throw new Error('STAGEWATCH_NOTIFY_DATADOG - got nothing, expected a key');
  };
  expect(await receiverChecks({ receivers: missing })).toEqual([
    { name: 'receivers', outcome: 'wrong', text: 'STAGEWATCH_NOTIFY_DATADOG - got nothing, expected a key' },
  ]);
  expect(await receiverChecks({})).toEqual([]);
});
