import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { AlertEvent } from '../../lib/messages/event/event';
import { goodbyeOf } from '../../lib/messages/goodbye';
import { plainMessage } from '../../lib/messages/plain-message';
import { type Bulletin, bulletinOf, receiptPlaceOf } from '../../lib/receivers/bulletin';
import { datadogEvent } from '../../lib/receivers/datadog/datadog-event';
import { pagerEvent } from '../../lib/receivers/pager-duty/pager-event';
import { buttons, code, context, fitting, header, mrkdwn, paragraph } from '../../lib/receivers/slack/blocks';
import { type SlackMessage, slackMessage } from '../../lib/receivers/slack/slack-message';
import { anyCharacter } from '../fuzz/any-character';
import { BULLETINS, bulletinAbout, MARK } from '../worlds/bulletins';
import { eventProblems } from '../worlds/datadog-events-stand-in';
import { alarmEnvelope, envelopeOf } from '../worlds/envelopes';
import { NIGHT, RELEASE } from '../worlds/night';
import { pagerProblems, ROUTING_KEY } from '../worlds/pager-duty-stand-in';
import { refusalOf } from '../worlds/slack-stand-in';

const GOLDEN = path.join(__dirname, '..', 'golden', 'receivers');

interface TextObject {
  type: string;
  text: string;
}

/** Every text object of a message. */
const textsIn = ({ blocks }: SlackMessage) =>
  blocks.flatMap((block) => {
    const { text, elements = [] } = block as { text?: TextObject; elements?: (TextObject & { text: unknown })[] };
    return [
      ...(text ? [text] : []),
      ...elements.map((one) => (one.type === 'button' ? one.text : one)),
    ] as TextObject[];
  });

/** What stands outside of code and dates in Slack's Markdown: it may only be of this program. */
const outside = (text: string) =>
  text.replace(/`[^`\n]+`/g, '').replace(/<!date\^\d+\^\{date_short_pretty\} \{time\}\|[0-9TZ:.-]+>/g, '');

function slackProblems(message: SlackMessage): string[] {
  const markdown = textsIn(message).filter(({ type }) => type === 'mrkdwn');
  return [
    refusalOf({ ...message }) ?? [],
    message.text.length <= 3500 ? [] : 'a long text',
    /[<>]|&(?!(amp|lt|gt);)/.test(message.text) ? 'an unescaped text' : [],
    JSON.stringify(message.blocks).length <= 12_000 ? [] : 'large blocks',
    markdown.some(({ text }) => /[<>_~`]|&(?!(amp|lt|gt);)/.test(outside(text))) ? 'text from outside in Markdown' : [],
  ].flat();
}

function pagerProblemsOf(bulletin: Bulletin): string[] {
  const event = pagerEvent(bulletin);
  return event ? pagerProblems(JSON.stringify({ routing_key: ROUTING_KEY, ...event })) : [];
}

describe('a bulletin', () => {
  const ID = '7f3c9e1a-0000-4000-8000-000000000001';

  test('an alert is the event of its message, whatever kind it is', () => {
    for (const alert of Object.values(NIGHT))
      expect(bulletinAbout(alert)).toMatchObject({
        id: ID,
        kind: 'alert',
        event: { seq: alert.seq, status: alert.change, headline: expect.any(String) },
      });
    expect(BULLETINS['first-firing']).toMatchObject({ event: { headline: 'ROLL BACK: #show 2.4 % (baseline 1.2 %)' } });
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
    const stage = { at, stage: 'A', exposure: 0.25, by: 'toggle one', byToggle: true as const };
    expect(JSON.stringify(goodbyeOf('Stagewatch', [{ release: 'small', stage }]))).toContain(
      'small: stage A, 25 % by the toggle since',
    );
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
});

describe.each(Object.entries(BULLETINS))('"%s"', (name, bulletin) => {
  it('is to Slack, PagerDuty and Datadog what stands in test/golden/receivers; GOLDEN=write renews it', () => {
    const file = path.join(GOLDEN, `${name}.json`);
    const told = {
      slack: slackMessage(bulletin),
      pagerDuty: pagerEvent(bulletin) ?? null,
      datadog: datadogEvent(bulletin),
    };
    const said = `${JSON.stringify(told, null, 2)}\n`;
    if (process.env.GOLDEN === 'write') {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(file, said);
    }
    expect(said).toBe(readFileSync(file, 'utf8'));
  });

  it('is what they take', () => {
    const ofEvents = eventProblems(JSON.stringify(datadogEvent(bulletin)));
    expect([...slackProblems(slackMessage(bulletin)), ...pagerProblemsOf(bulletin), ...ofEvents]).toEqual([]);
  });
});

describe("what is at Slack's limit is kept as it is, and one more is cut to it", () => {
  const x = (count: number) => 'x'.repeat(count);
  const textOf = (block: unknown) => (block as { text: TextObject }).text.text;
  const first = (block: object) => (block as { elements: TextObject[] }).elements[0]!;

  it.each<[string, number, (text: string) => string]>([
    ['a header', 150, (text) => textOf(header(text))],
    ['a section', 3000, (text) => textOf(paragraph(text)[0])],
    ['an element of a context', 2000, (text) => first(context([text])[0]!).text],
    ['a button', 75, (text) => textOf(first(buttons([{ text, url: 'https://example.com' }])[0]!))],
  ])('%s', (_, limit, make) => {
    expect(make(x(limit))).toBe(x(limit));
    expect(make(x(limit + 1))).toBe(`${x(limit - 3)}...`);
  });

  it('a section of Markdown, by whole lines', () => {
    expect(textOf(mrkdwn([x(1499), x(1500)])[0])).toHaveLength(3000);
    expect(textOf(mrkdwn([x(1499), x(1501)])[0])).toBe(x(1499));
  });

  it('an address, which is kept or left out', () => {
    const url = (length: number) => `https://example.com/${x(length - 20)}`;
    expect(buttons([{ text: 'a', url: url(3000) }])).toHaveLength(1);
    expect(buttons([{ text: 'a', url: url(3001) }])).toEqual([]);
    // Half of the room is for words.
    expect(buttons(Array(4).fill({ text: 'a', url: url(2000) }))[0]!.elements).toHaveLength(3);
    expect(buttons(Array(4).fill({ text: 'a', url: url(2001) }))[0]!.elements).toHaveLength(2);
  });

  it('elements, buttons, blocks, and all blocks together', () => {
    expect(context(Array(12).fill('a'), 'b')[0]!.elements).toHaveLength(10);
    expect(buttons(Array(26).fill({ text: 'a', url: 'https://example.com' }))[0]!.elements).toHaveLength(25);
    expect(fitting(Array(50).fill(header('a')))).toHaveLength(50);
    expect(fitting(Array(51).fill(header('a')))).toHaveLength(50);
    const [four, last] = [Array(4).fill(paragraph(x(2900))[0]), (count: number) => paragraph(x(count))[0]!];
    const room = 12_000 - JSON.stringify([...four, last(1)]).length + 1;
    expect(fitting([...four, last(room)])).toHaveLength(5);
    expect(fitting([...four, last(room + 1)])).toHaveLength(4);
  });

  it('a name in code cannot end it, mention or link', () => {
    expect(code('`<!channel>` & *a*')).toBe("`'&lt;!channel&gt;' &amp; *a*`");
    expect(code('\u202e')).toBe('`-`');
  });
});

const eventOf = (name: string) => (BULLETINS[name] as Extract<Bulletin, { kind: 'alert' }>).event;
const bulletinWith = (change: Partial<AlertEvent>): Bulletin => {
  return { id: 'x', kind: 'alert', event: { ...eventOf('first-firing'), ...change } };
};

describe('what Slack is told', () => {
  const notification = (name: string) => slackMessage(BULLETINS[name]!).text.split('\n');
  const addresses = ({ blocks }: SlackMessage) =>
    (blocks.find(({ type }) => type === 'actions')!.elements as { url: string }[]).map(({ url }) => url);

  it('begins with what, how bad and what to do, for the notification on a telephone', () => {
    expect(notification('first-firing').slice(0, 3)).toEqual([
      '🚨 Document Status: ROLL BACK: #show 2.4 % (baseline 1.2 %)',
      '#show is not consistent with the baseline: 2.43 % (585 of 24,085), tolerated 1.58 %, baseline 1.19 %',
      '👉 Roll back: turn off both toggles, then enter it in the stage log',
    ]);
    expect(notification('blind').slice(0, 2)).toEqual([
      '🚨 Document Status: HOLD: no data',
      'no data comes in: Datadog has no data',
    ]);
    expect(notification('check-in')[0]).toBe('ℹ️ Document Status: ADVANCE: stage A passed');
    expect(notification('resolved')[0]).toBe('✅ Document Status: RESOLVED: #index, #show recovered');
  });

  it('has error classes in plain words, which mention and format nothing', () => {
    const [finding] = eventOf('first-firing').findings;
    const rose = [{ name: '<!channel> *a*', errors: 212, usual: 0 }];
    const findings = [{ ...finding!, classes: { rose, errors: 230, withClass: 230 } }];
    const told = slackMessage(bulletinWith({ findings }));
    const [text] = textsIn(told).filter((one) => one.text.includes('class'));
    expect(text).toMatchObject({
      type: 'plain_text',
      text: 'By class <!channel> *a* 212 of 230 errors (none before)',
    });
    expect(refusalOf(told)).toBeUndefined();
    expect(datadogEvent(bulletinWith({ findings }))?.text).toContain('; by class <!channel> *a* 212 of 230 errors');
    expect(JSON.stringify(pagerEvent(bulletinWith({ findings })))).toContain('by class <!channel> *a* 212 of 230');
  });

  it('names the worst five beside the first, and how many are left out', () => {
    const all = JSON.stringify(slackMessage(BULLETINS['forty-broken']!).blocks.slice(1));
    expect(all.match(/`#page-/g)).toHaveLength(6);
    expect(all).toContain('and 34 more, broken or silent');
  });

  it('has a button for each toggle, dashboard and list of traces, and none for what has no address on the web', () => {
    const hosts = addresses(slackMessage(BULLETINS['first-firing']!)).map((url) => new URL(url).host);
    expect(hosts).toEqual(['api.va.gov', 'api.va.gov', 'vagov.ddog-gov.com', 'app.ddog-gov.com', 'app.ddog-gov.com']);
    const { nextSteps } = eventOf('first-firing');
    const toggles = nextSteps.toggles.map(({ link }) => link!);
    const other = {
      ...nextSteps,
      traces: [],
      runbook: 'https://example.com/runbook',
      dashboards: ['javascript:alert(1)'],
    };
    expect(addresses(slackMessage(bulletinWith({ nextSteps: other })))).toEqual([...toggles, other.runbook]);
  });
});

describe('what PagerDuty is told', () => {
  const told = (name: string) => pagerEvent(BULLETINS[name]!);

  it('opens with a page, closes with the all-clear under the same key, and is nothing for a notice', () => {
    expect(told('first-firing')).toMatchObject({ event_action: 'trigger', payload: { severity: 'critical' } });
    expect(told('resolved')).toEqual({ event_action: 'resolve', dedup_key: told('first-firing')!.dedup_key });
    expect(told('check-in')).toBeUndefined();
    expect(told('test')).toMatchObject({ event_action: 'trigger', payload: { severity: 'info' } });
    const blind = { severity: 'error', summary: 'Document Status: HOLD: no data', source: 'eks-prod' };
    expect(told('blind')).toMatchObject({ payload: blind });
    expect(told('alarm')).toMatchObject({ event_action: 'trigger', payload: { severity: 'error' } });
    expect(told('alarm-over')).toEqual({ event_action: 'resolve', dedup_key: told('alarm')!.dedup_key });
    const words: Bulletin = { id: 'x', kind: 'text', severity: 'page', subject: 's', text: 't', at: 0 };
    expect(pagerEvent(words)).toMatchObject({ event_action: 'trigger', payload: { summary: 's' } });
    expect(pagerEvent({ ...words, severity: 'notice' })).toBeUndefined();
  });

  it('keeps a key of 255 characters and a summary of 1,024, and cuts longer ones, keys so that they differ', () => {
    const key = (dedupKey: string) => pagerEvent(bulletinWith({ dedupKey }))!.dedup_key;
    expect(key('x'.repeat(255))).toBe('x'.repeat(255));
    expect(key('x'.repeat(256)).length).toBeLessThanOrEqual(255);
    expect(key(`${'x'.repeat(255)}y`)).not.toBe(key(`${'x'.repeat(255)}z`));
    const summary = (headline: string) =>
      (pagerEvent(bulletinWith({ title: 't', headline }))!.payload as { summary: string }).summary;
    expect(summary('x'.repeat(1021))).toBe(`t: ${'x'.repeat(1021)}`);
    expect(summary('x'.repeat(1022))).toBe(`t: ${'x'.repeat(1018)}...`);
  });
});

const ATTACKS = ['<!channel>', '*b*', '`', '```', '_i_', '~s~', '&lt;', 'https://example.org/', '\n', '> q', '<@U1>'];

test('hostile text, very much of it and very many findings stay within all limits, and format nothing', () => {
  const text = fc
    .array(fc.oneof(fc.constantFrom(...ATTACKS), anyCharacter), { maxLength: 40 })
    .map((parts) => parts.join(''));
  const check = (hostile: string, times: number, name: string) => {
    const long = `${hostile.repeat(times)}x`;
    const event = eventOf(name);
    const [finding] = event.findings;
    const findings = Array.from({ length: 60 }, (_, index) => {
      const classes = { rose: Array(10).fill({ name: long, errors: 12 }), errors: 20, withClass: 12, since: event.at };
      const texts = { endpoint: `${long}${index}`, upstream: long, reason: long };
      return { ...finding!, ...texts, classes, outcome: 'breach' as const };
    });
    const toggle = { name: long, link: `https://example.org/${'x'.repeat(1900)}` };
    const told: Bulletin = bulletinWith({
      ...event,
      ...{ title: long, team: long, env: long, headline: long, reason: long, dedupKey: long },
      ...{ changes: Array(50).fill(long), remarks: [long, long], findings },
      stage: { name: long, exposure: 0.5, since: event.at },
      verdict: { ...event.verdict, reason: long },
      ...(event.blind && { blind: { ...event.blind, reason: long } }),
      notices: event.notices.map((one) => ({ ...one, text: long, ready: [long, long] })),
      nextSteps: {
        doing: long,
        toggles: [toggle, toggle, toggle],
        runbook: long,
        dashboards: [long],
        traces: [{ endpoint: long, all: long, failed: toggle.link }],
      },
    });
    const words: Bulletin = { id: 'x', kind: 'text', severity: 'page', subject: long, text: long, at: 0 };
    const alarm: Bulletin = { id: 'x', kind: 'alarm', name: long, state: 'ALARM', reason: long, at: 0 };
    const mark = {
      kind: 'mark' as const,
      id: 'x',
      mark: { ...MARK, title: long, team: long, env: long, headline: long, text: long, stage: long, key: long },
    };
    expect(eventProblems(JSON.stringify(datadogEvent(mark)))).toEqual([]);
    for (const bulletin of [told, words, alarm]) {
      const ofEvents = eventProblems(JSON.stringify(datadogEvent(bulletin)));
      expect([...slackProblems(slackMessage(bulletin)), ...pagerProblemsOf(bulletin), ...ofEvents]).toEqual([]);
    }
  };
  fc.assert(fc.property(text, fc.integer({ min: 0, max: 90 }), fc.constantFrom(...Object.keys(NIGHT)), check), {
    numRuns: 30,
  });
});

describe('what Datadog is told', () => {
  const textWith = (text: string, subject = 'a') =>
    datadogEvent({ id: 'x', kind: 'text', severity: 'page', subject, text, at: 0 });

  test("is at Datadog's limits as it is, and one more is cut", () => {
    const x = (count: number) => 'x'.repeat(count);
    expect(textWith('a', x(100)).title).toBe(x(100));
    expect(textWith('a', x(101)).title).toHaveLength(100);
    const lines = (last: number) => [...Array(7).fill(x(500)), x(last)].join('\n');
    expect(textWith(lines(493)).text).toHaveLength(4_000);
    expect(textWith(lines(494)).text).toHaveLength(4_000);
    expect(textWith(lines(494)).text).toMatch(/xxx\.\.\.$/);
    const key = (length: number) => datadogEvent(bulletinWith({ dedupKey: x(length) })).aggregation_key;
    expect([key(100), key(101).length]).toEqual([x(100), 64]);
  });

  test('mentions nobody, and formats nothing', () => {
    expect(textWith('%%% \n@here **all** %%%', '@ops').text).toBe('%\n(at)here **all** %');
    expect(textWith('a', '@ops').title).toBe('(at)ops');
  });

  test('is found by what it is about, and has the colour of how it is', () => {
    const types = ['first-firing', 'goes-on', 'resolved', 'check-in', 'test', 'alarm', 'alarm-over'].map(
      (name) => datadogEvent(BULLETINS[name]!).alert_type,
    );
    expect(types).toEqual(['error', 'error', 'success', 'info', 'info', 'error', 'success']);
    expect(datadogEvent(bulletinWith({ team: 'Ops & "Ü"' })).tags).toEqual(
      expect.arrayContaining([
        'release:document-status',
        'team:ops_',
        'stage:a',
        'recommendation:roll_back',
        'status:firing',
      ]),
    );
  });
});
