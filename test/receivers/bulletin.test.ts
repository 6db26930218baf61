import { goodbyeOf } from '../../lib/messages/goodbye';
import { plainMessage } from '../../lib/messages/plain-message';
import { bulletinOf, receiptPlaceOf } from '../../lib/receivers/bulletin';
import { alarmEnvelope, BULLETINS, bulletinAbout, envelopeOf } from '../worlds/bulletins';
import { NIGHT, RELEASE } from '../worlds/night';

const ID = '7f3c9e1a-0000-4000-8000-000000000001';

test('an alert is the event of its message, whatever kind it is', () => {
  for (const alert of Object.values(NIGHT))
    expect(bulletinAbout(alert)).toMatchObject({
      id: ID,
      kind: 'alert',
      event: { seq: alert.seq, status: alert.change, headline: expect.any(String) },
    });
  expect(BULLETINS['first-firing']).toMatchObject({ event: { headline: '#show broken' } });
});

test("an alarm is told by CloudWatch's own keys, as of when it changed", () => {
  expect(bulletinOf(alarmEnvelope('OK'))).toEqual({
    id: expect.any(String),
    kind: 'alarm',
    name: 'Stagewatch-AlarmsFailures',
    state: 'OK',
    reason: 'Stagewatch, stack Stagewatch: a run failed at every attempt. See docs/runbook.md#failures',
    at: Date.parse('2026-02-13T19:20:00Z'),
  });
});

test('what is about a whole stack, and what SNS had to be told plainly, is told as its text with its severity', () => {
  const at = Date.parse('2026-02-11T16:00Z');
  const gone = goodbyeOf('Stagewatch', [{ release: 'small', stage: { at, stage: 'A', exposure: 0.25, by: 'dana' } }]);
  const exposed = { kind: 'text', severity: 'page', text: expect.stringContaining('\n  small: stage A, 25 %') };
  expect(bulletinOf(envelopeOf(gone))).toMatchObject(exposed);
  const left = goodbyeOf('Stagewatch', [{ release: 'small', stage: undefined }]);
  expect(bulletinOf(envelopeOf(left))).toMatchObject({ kind: 'text', severity: 'notice' });
  const plainly = plainMessage(NIGHT.worse, RELEASE, 'too large');
  expect(bulletinOf(envelopeOf(plainly))).toMatchObject({ kind: 'text', severity: 'page', subject: plainly.subject });
});

test('a message of a version that is not known is told as a page: nobody would miss it otherwise', () => {
  const body = JSON.stringify({ default: '{"version":"9"}' });
  const told = bulletinOf(envelopeOf({ subject: 'ALARM: x', body, attributes: {} }));
  expect(told).toMatchObject({ kind: 'text', severity: 'page', subject: 'ALARM: x', text: '{"version":"9"}' });
});

test.each(['', 'x', '{}', '[]', 'null', JSON.stringify({ MessageId: 'x', Message: 'y' })])(
  '%j is no notification of SNS, and an error',
  (body) => {
    expect(() => bulletinOf(body)).toThrow('raw delivery must be off');
  },
);

test('the pages of an alert share a key and have their order; all else stands for itself', () => {
  const place = (name: string) => receiptPlaceOf(BULLETINS[name]!);
  const key = NIGHT['first-firing'].dedupKey;
  const numbers = [NIGHT['first-firing'], NIGHT['new-on-top'], NIGHT.resolved].map(({ seq }) => seq);
  expect([place('first-firing'), place('new-on-top'), place('resolved')]).toEqual(
    numbers.map((number) => ({ key, number })),
  );
  expect(place('check-in').key).toBe(`${NIGHT['check-in'].dedupKey}/notice/1`);
  expect(place('test').key).toBe(NIGHT.test.dedupKey);
  const at = Date.parse('2026-02-13T19:20:00Z');
  expect(place('alarm')).toEqual({ key: 'alarm/Stagewatch-AlarmsFailures', number: at });
  const words = bulletinOf(envelopeOf(plainMessage(NIGHT.worse, RELEASE, 'too large')));
  expect(receiptPlaceOf(words)).toEqual({ key: `text/${ID}`, number: 0 });
});
