import { createHash } from 'node:crypto';
import { html } from '../../lib/facts/html';
import { type ChartWidths, endpointChart } from '../../lib/page/endpoint-chart';
import { POLICY, pageHtml } from '../../lib/page/page';
import { tracesAt } from '../../lib/release/measure/traces';
import type { EndpointView, HourView } from '../../lib/text/endpoint';
import { agoText, chartText, timeText } from '../../lib/text/sentences';
import { viewOf } from '../../lib/text/view';
import { hour as hourAt } from '../worlds/moments';
import { MOMENTS } from '../worlds/page-moments';

const SHOWN = { everySeconds: 1 };

/** What stands between the tags, and in them nothing that has no quotes around it. */
const textOf = (page: string) =>
  page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

/** The links that leave the page. */
const linksOf = (page: string) =>
  [...page.matchAll(/<a id="[^"]+" href="([^"]*)" aria-label="([^"]*)">([^<]*)<\/a>/g)].map(
    ([, href, name, words]) => ({
      name: name!,
      words,
      href: href!.replaceAll('&amp;', '&'),
    }),
  );

const hour = (index: number, fact: [number, number] | 'unknown'): HourView => {
  const at = new Date(Date.UTC(2026, 1, 11, index)).toISOString().replace(':00.000Z', 'Z');
  return fact === 'unknown'
    ? { hour: at, kind: 'unknown', reason: 'Datadog has no data' }
    : { hour: at, kind: 'counted', requests: fact[0], errors: fact[1] };
};
const window = { name: 'last hours', from: '2026-02-11T00:00Z', to: '2026-02-11T04:00Z' };
const endpoint = (...facts: ([number, number] | 'unknown')[]): EndpointView => ({
  name: '#show',
  window,
  hours: facts.map((fact, index) => hour(index, fact)),
  pooled: { requests: 0, errors: 0 },
  unknown: facts.filter((fact) => fact === 'unknown').length,
  criteria: [],
});

describe('the page', () => {
  test.each([
    ['not-launched', 'NOT EXPOSED the release is not launched'],
    ['quiet', 'HOLD the stage is planned until 2026-02-18 11:00 EST'],
    ['open', 'ROLL BACK #show:'],
    ['blind', 'HOLD blind for about 9 hours (Datadog has no data)'],
    ['silenced', 'silence by dana: database upgrade; the whole release until 2026-02-14 20:20 EST'],
    ['finished', 'ADVANCE the last stage is done'],
  ] as const)('%s says: %s', (name, said) => {
    expect(textOf(pageHtml(viewOf(MOMENTS[name]), SHOWN))).toContain(said);
  });

  test('says what is needed, with when it is expected', () => {
    expect(textOf(pageHtml(viewOf(MOMENTS.quiet), SHOWN))).toMatch(
      /To judge it: 2 of 67 requests; expected 2026-\d\d-\d\d \d\d:00 E[SD]T at the usual traffic/,
    );
  });

  test('before a history is open it says that it starts', () => {
    expect(textOf(pageHtml(undefined, SHOWN))).toContain('STARTING');
  });

  test('its policy allows its own style and script by their hashes, and neither stands elsewhere', () => {
    const page = pageHtml(viewOf(MOMENTS.open), SHOWN);
    for (const [, tag, content] of page.matchAll(/<(style|script)>([\s\S]*?)<\/\1>/g)) {
      const hash = createHash('sha256').update(content!).digest('base64');
      expect(POLICY).toContain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(page.match(/<(style|script)\b/g)).toEqual(['<style', '<script']);
    expect(page).not.toMatch(/\son\w+=|\sstyle=|javascript:/);
    expect(POLICY).not.toContain('unsafe');
    expect(POLICY).toMatch(/^default-src 'none'/);
  });

  test('only the verdict is spoken when it changes', () => {
    const page = pageHtml(viewOf(MOMENTS.open), SHOWN);
    expect(page.match(/aria-live="[a-z]+">[^<]*/g)).toEqual(['aria-live="polite">ROLL BACK']);
  });

  test('links the numbers to the dashboard at just their hours, by names that tell where they lead', () => {
    const links = linksOf(pageHtml(viewOf(MOMENTS.open), SHOWN));
    const dashboard = 'https://vagov.ddog-gov.com/dashboard/8me-h86-qmb/benefits-claim-status-tool-dashboard';
    const at = (from: string, to: string) =>
      `${dashboard}?from_ts=${Date.parse(from)}&to_ts=${Date.parse(to)}&live=false`;
    const traces = tracesAt(MOMENTS.open.release, '#show', {
      from: hourAt('2026-02-13T08:00Z'),
      to: hourAt('2026-02-14T08:00Z'),
    })!;
    const open = '#show is not consistent with the baseline';
    expect(links.find(({ name }) => name.includes(open))).toEqual({
      name: `Datadog, ${open}, since 2026-02-12 22:00 EST`,
      words: 'since 2026-02-12 22:00 EST',
      href: at('2026-02-13T03:00Z', '2026-02-14T08:00Z'),
    });
    expect(links.filter(({ name }) => name.startsWith('Datadog, #show, '))).toEqual([
      {
        name: 'Datadog, #show, last 48 hours',
        words: 'last 48 hours',
        href: at('2026-02-12T08:00Z', '2026-02-14T08:00Z'),
      },
      {
        name: 'Datadog, #show, highest hour, 2026-02-13 13:00 EST',
        words: '2026-02-13 13:00 EST',
        href: at('2026-02-13T18:00Z', '2026-02-13T19:00Z'),
      },
      {
        name: 'Datadog, #show, consistent with the baseline, last 24 hours, 2026-02-13 03:00 EST - 2026-02-14 03:00 EST',
        words: 'last 24 hours, 2026-02-13 03:00 EST - 2026-02-14 03:00 EST',
        href: at('2026-02-13T08:00Z', '2026-02-14T08:00Z'),
      },
      {
        name: 'Datadog, #show, consistent with the baseline, baseline, 4 weeks before launch, 2026-01-14 11:00 EST - 2026-02-11 11:00 EST',
        words: '4 weeks before launch, 2026-01-14 11:00 EST - 2026-02-11 11:00 EST',
        href: at('2026-01-14T16:00Z', '2026-02-11T16:00Z'),
      },
      {
        name: 'Datadog, #show, consistent with the baseline, traces that failed, errors',
        words: 'errors',
        href: traces.failed,
      },
      { name: 'Datadog, #show, consistent with the baseline, all traces, traces', words: 'traces', href: traces.all },
    ]);
  });

  test('names its windows without a link where the release has no dashboard', () => {
    const { endpoints, ...rest } = MOMENTS.open.release;
    const release = { ...rest, links: [], endpoints: endpoints.map(({ resource: _, ...one }) => one) };
    const page = pageHtml(viewOf({ ...MOMENTS.open, release }), SHOWN);
    expect(linksOf(page)).toEqual([]);
    expect(textOf(page)).toContain('last 24 hours, 2026-02-13 03:00 EST - 2026-02-14 03:00 EST; baseline: 4 weeks');
    expect(textOf(page)).not.toContain('Datadog dashboard');
  });

  test.each(Object.keys(MOMENTS) as (keyof typeof MOMENTS)[])('%s: every id is there once', (name) => {
    const ids = [...pageHtml(viewOf(MOMENTS[name]), SHOWN).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => /\s/.test(id!))).toEqual([]);
  });
});

describe('html', () => {
  test('takes a value for text, in elements and in attributes', () => {
    expect(html`<b>${'a < b'}</b>`.markup).toBe('<b>a &lt; b</b>');
    expect(html`<b title="${'"><script>\''}">`.markup).toBe('<b title="&quot;&gt;&lt;script&gt;&#39;">');
    expect(html`${'&lt;'}${7}${undefined}${false}${''}`.markup).toBe('&amp;lt;7');
  });

  test('takes markup as it is, and lists one after the other', () => {
    expect(html`<ul>${['a', '&'].map((text) => html`<li>${text}</li>`)}</ul>`.markup).toBe(
      '<ul><li>a</li><li>&amp;</li></ul>',
    );
  });

  test('lets no control and no invisible character through', () => {
    expect(html`${'a\u202e\u0000\nb'}`.markup).toBe('a b');
  });
});

describe('a chart', () => {
  const drawn = (shown: EndpointView, widths: ChartWidths = [{ width: 900 }]) =>
    endpointChart(shown, { timeZone: 'UTC', stays: [] }, widths)
      .map(({ markup }) => markup)
      .join('');

  test('tells of each hour when somebody points at it, and says in words what it shows', () => {
    const chart = drawn(endpoint([100, 0], 'unknown', [100, 3], [0, 0]));
    expect(chart).toContain('<title>2026-02-11 01:00 UTC: unknown (Datadog has no data)</title>');
    expect(chart).toContain('<title>2026-02-11 02:00 UTC: 3 %, 3 errors, 100 requests</title>');
    expect(chart).toContain('<title>2026-02-11 03:00 UTC: no requests, 0 errors, 0 requests</title>');
    expect(chart).toContain('role="img" aria-label="last hours: ');
  });

  test('calls what is tolerated by what is judged, and marks what was alerted', () => {
    const shown = { ...endpoint([100, 1], [100, 1]), limit: 0.02, alerted: [{ from: '2026-02-11T01:00Z' }] };
    expect(drawn(shown)).toContain('>limit 2 %<');
    const consistent = { criterion: 'consistentWithBaseline' } as EndpointView['criteria'][number];
    expect(drawn({ ...shown, criteria: [consistent] })).toContain('>tolerated 2 %<');
    expect(drawn(shown).match(/height="6" fill="var\(--broken\)"/g)).toHaveLength(1);
  });

  test('is drawn once for each screen', () => {
    const both = drawn(endpoint([100, 1]), [
      { width: 960, shown: 'wide' },
      { width: 340, shown: 'narrow' },
    ]);
    expect([...both.matchAll(/<svg class="chart (\w+)"[^>]*width="(\d+)"/g)].map(([, ...said]) => said)).toEqual([
      ['wide', '960'],
      ['narrow', '340'],
    ]);
  });

  test('says in words what it shows', () => {
    const highest = {
      window: { ...window, from: '2026-02-11T02:00Z', to: '2026-02-11T03:00Z' },
      requests: 100,
      errors: 3,
    };
    expect(
      chartText({ ...endpoint([100, 0], 'unknown', [100, 3]), pooled: { requests: 200, errors: 3 }, highest }, 'UTC'),
    ).toBe('last hours: 1.5 % (3 of 200), highest 3 % from 2026-02-11 02:00 UTC, 1 hour unknown');
    expect(chartText(endpoint('unknown', 'unknown'), 'UTC')).toBe('last hours: nothing is known');
  });
});

test('times are told by the clocks of the release', () => {
  expect(timeText('2026-02-11T16:00Z', 'America/New_York')).toBe('2026-02-11 11:00 EST');
  expect([agoText(5_400_000), agoText(7_199_999), agoText(7_200_000), agoText(-1)]).toEqual([
    '90 minutes',
    '119 minutes',
    '2 hours',
    '0 minutes',
  ]);
});
