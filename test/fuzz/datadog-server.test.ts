import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { datadogSource } from '../../lib/sources/datadog/source';
import { type Script, standIn } from '../worlds/datadog-stand-in';
import { fuzz } from './campaign';
import { answerTo, countedIn, DATADOG, ENDPOINTS, SPAN, truths } from './datadog-truth';
import { hostileText, UNPRINTABLE } from './hostile-text';

const KEYS = { apiKey: 'sentinel0api0key', appKey: 'sentinel0app0key' };

let server: Awaited<ReturnType<typeof standIn>>;
beforeAll(async () => {
  server = await standIn();
});
afterAll(() => server.close());

interface Manner {
  status: number;
  headers: Record<string, string>;
  body: 'answer' | 'cut' | { text: string };
  /** How the body comes: at once, byte by byte without an end, never, or less of it than announced. */
  delivery: 'whole' | 'drip' | 'hang' | 'short';
  cutAt: number;
}

const headerText = hostileText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, ''));
const manners: fc.Arbitrary<Manner> = fc.record({
  status: fc.oneof(
    fc.constant(200),
    fc.constantFrom(200, 201, 204, 301, 307, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 529),
  ),
  headers: fc.record(
    {
      'x-ratelimit-reset': fc.oneof(headerText, fc.constantFrom('0', '1', '-1', '1e9', KEYS.apiKey)),
      'x-ratelimit-name': fc.oneof(headerText, fc.constant(KEYS.appKey)),
      location: fc.constant('http://127.0.0.1:1/'),
      'content-type': fc.constantFrom('text/html', 'application/json; charset=utf-16'),
    },
    { requiredKeys: [] },
  ),
  body: fc.oneof(
    fc.constantFrom('answer' as const, 'cut' as const),
    fc
      .oneof(
        hostileText,
        fc.constantFrom(
          '',
          '{}',
          '[]',
          'null',
          '<html>down</html>',
          '{"errors":["x"]}',
          `{"errors":["${KEYS.apiKey}"]}`,
          KEYS.appKey,
        ),
      )
      .map((text) => ({ text })),
  ),
  delivery: fc.oneof(
    { weight: 8, arbitrary: fc.constant('whole' as const) },
    fc.constantFrom('drip' as const, 'hang' as const, 'short' as const),
  ),
  cutAt: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

/** Plays a server of these manners; true when it sends all of the answer as it should be. */
function scriptOf(
  { status, headers, body, delivery, cutAt }: Manner,
  answer: string,
): { script: Script; sound: boolean } {
  const text =
    body === 'answer' ? answer : body === 'cut' ? answer.slice(0, Math.floor(cutAt * answer.length)) : body.text;
  const script: Script = async (response) => {
    if (delivery === 'hang') return;
    const bytes = Buffer.from(text);
    const length =
      status === 204 || delivery === 'drip' ? {} : { 'content-length': bytes.length + (delivery === 'short' ? 7 : 0) };
    response.writeHead(status, { ...headers, ...length });
    if (delivery === 'whole') return void response.end(bytes);
    if (delivery === 'short') return void response.write(bytes, () => response.destroy());
    while (!response.destroyed) {
      response.write(' ');
      await sleep(5);
    }
  };
  return { script, sound: status === 200 && body === 'answer' && delivery === 'whole' };
}

fuzz(
  'whatever a server does, its answer is the truth or an error that says why, without the keys',
  { short: 10, long: 2_000 },
  fc.tuple(truths, manners),
  async ([truth, manner]) => {
    const { script, sound } = scriptOf(manner, JSON.stringify(answerTo(truth)));
    server.answers(script);
    const source = datadogSource({ datadog: DATADOG, keys: async () => KEYS, url: server.url, timeoutMs: 30 });
    const outcome = await source.sample(ENDPOINTS, SPAN.wantedFrom, SPAN.to).catch((error: Error) => error);
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ name: 'SourceError', kind: expect.stringMatching(/./) });
      expect(outcome.message).not.toMatch(UNPRINTABLE);
      expect(outcome.message).not.toContain('sentinel');
      expect(outcome.message.length).toBeLessThan(600);
      // On a busy machine even a sound answer may come too late.
      if (sound) expect(outcome).toMatchObject({ kind: 'timeout' });
    } else {
      expect(sound).toBe(true);
      for (const sample of outcome)
        expect(sample.kind === 'counted' ? Object.fromEntries(sample.counts) : undefined).toEqual(
          countedIn(truth, sample),
        );
    }
  },
);
