import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { html } from '../../lib/facts/html';
import { stays } from '../../lib/facts/stage';
import { dashboardAt } from '../../lib/release/dashboard';
import { reportOf } from '../../lib/report/report-facts';
import { reportHtml } from '../../lib/report/report-html';
import { UNPRINTABLE } from '../fuzz/hostile-text';
import { reportSaying, trick } from '../worlds/hostile-report';
import { entered, hour, LAUNCH } from '../worlds/moments';
import { MOMENTS } from '../worlds/report-moments';
import { around, BELOW, CONSISTENT, RELEASE, releaseWith, showFacts, steady } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25, { note: 'as planned' });
const release = releaseWith([CONSISTENT, BELOW]);
const facts = { log: [A], snapshots: showFacts(LAUNCH + 30), newest: LAUNCH + 29, alerts: [], onCall: [], now: 0 };
const report = reportOf(release, facts);
const page = reportHtml(report);

const escaped = (text: string) => html`${text}`.markup;

const STYLE = /<style>([\s\S]*?)<\/style>/;
const POLICY = `content="default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE.exec(page)![1]!).digest('base64')}'; base-uri 'none'; form-action 'none'"`;

/** Every tag of a page with the names of its attributes; all of them close in the order in which they opened. */
function tagsOf(text: string): string[] {
  const open: string[] = [];
  const tags: string[] = [];
  const wrong: string[] = [];
  for (const [tag, slash, name] of text.replace(STYLE, '<style></style>').matchAll(/<(\/?)([^\s>]*)[^>]*>/g)) {
    if (slash) {
      if (open.pop() !== name) wrong.push(tag);
    } else {
      const attributes = [...tag.matchAll(/ ([\w:-]+)="[^"]*"/g)].map((found) => found[1]);
      if (!/^<(!doctype html|[a-zA-Z]\w* ?)\/?>$/.test(tag.replace(/ [\w:-]+="[^"]*"/g, ''))) wrong.push(tag);
      tags.push([name, ...attributes].join(' '));
      if (!/^(meta|!doctype)$/.test(name!) && !tag.endsWith('/>')) open.push(name!);
    }
  }
  // One expectation a page, not one a tag: there are thousands.
  expect({ open, wrong }).toEqual({ open: [], wrong: [] });
  return tags;
}

describe('the page of a report', () => {
  it('needs neither script nor network, and its policy forbids both', () => {
    expect(page).toContain(POLICY);
    expect(tagsOf(page)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(script|link|img|iframe|object)\b/)]),
    );
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(page).not.toMatch(/<[^>]* (style|on\w+|src)=/);
    expect(page.match(/url\((?!#)/)).toBeNull();
  });

  it('has no id twice, and no reference to one that is missing', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
    expect(new Set(ids).size).toBe(ids.length);
    const wanted = [...page.matchAll(/(?:href="#|aria-labelledby="|url\(#)([\w-]+)/g)].map(([, id]) => id!);
    expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('says the verdict before anything else', () => {
    const place = (text: string) => page.indexOf(text);
    expect(place('<main>')).toBeLessThan(place(escaped(report.verdict.reason)));
    expect(place(escaped(report.verdict.reason))).toBeLessThan(place('<h2 id="stages-title">'));
    expect(place('as planned')).toBeGreaterThan(0);
  });

  it('tells in words what each chart shows, and captions every table', () => {
    expect(page.match(/<svg [^>]*role="img" aria-labelledby=/g)).toHaveLength(page.match(/<svg /g)!.length);
    expect(page.match(/<caption>/g)).toHaveLength(page.match(/<table /g)!.length);
    expect(page).toMatch(/#show, error rate by hour, .*: <a [^>]*>1\.\d+ % \([\d,]+ of [\d,]+\) in all<\/a>\./);
  });

  it('of a release that is not launched says so, and draws what is known', () => {
    const early = reportHtml(reportOf(release, { ...facts, log: [], newest: LAUNCH - 1 }));
    expect(early).toContain('NOT EXPOSED');
    expect(early).toContain('There is no evidence yet.');
    expect(reportHtml(reportOf(release, { ...facts, log: [], snapshots: new Map() }))).toContain('672 hours unknown');
  });
});

describe('the lines of a chart', () => {
  const lineOf = (factOf: (at: number) => ReturnType<typeof steady>) => {
    const drawn = reportHtml(reportOf(release, { ...facts, snapshots: showFacts(LAUNCH + 30, factOf) }));
    return /<path d="([^"]*)"[^>]*stroke="var\(--hourly\)"/.exec(drawn)![1]!;
  };

  it('break where hours are unknown, and nowhere else', () => {
    expect(lineOf(steady).match(/M/g)).toHaveLength(1);
    expect(lineOf((at) => (at === LAUNCH + 10 || at > LAUNCH + 20 ? 'unknown' : steady(at))).match(/M/g)).toHaveLength(
      2,
    );
  });

  it('do not flatten the rest when an hour is an outage: it is marked at the edge and named', () => {
    const spiky = showFacts(LAUNCH + 30, (at) => (at === LAUNCH + 7 ? [500, 310] : steady(at)));
    const drawn = reportHtml(reportOf(release, { ...facts, snapshots: spiky }));
    expect(drawn).toContain('up to 62 % (310 of 500), 02-11 18:00');
    expect(drawn).toContain('>3 %<');
    expect(drawn).not.toContain('>80 %<');
    expect(drawn).not.toContain('>limit 5 %<');
  });

  it('run along the upper edge while they are above it', () => {
    const long = showFacts(LAUNCH + 30, (at) => (at > LAUNCH + 6 && at < LAUNCH + 9 ? [1000, 900] : steady(at)));
    const drawn = reportHtml(reportOf(release, { ...facts, snapshots: long }));
    const [, pooled] = /<path d="(M[^"]*)"[^>]*stroke="var\(--rate\)"/.exec(drawn)!;
    const heights = [...pooled!.matchAll(/(?:M[\d.]+ |V)([\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.min(...heights)).toBe(20);
  });
});

test('nothing that comes from outside becomes a tag, an attribute or a trick', () => {
  // Charts leave out names that are too long for them.
  const ofPage = (text: string) => tagsOf(text).filter((tag) => !tag.startsWith('text '));
  const shape = ofPage(reportHtml(reportSaying(['a', 'b', 'c', 'd'])));
  expect(shape).toContain('a href target rel');
  fc.assert(
    fc.property(fc.tuple(trick, trick, trick, trick), (texts) => {
      const text = reportHtml(reportSaying(texts));
      expect(ofPage(text)).toEqual(shape);
      for (const [, href] of text.matchAll(/ href="([^"]*)"/g))
        expect(href).toMatch(/^(#[\w-]+|https:\/\/x\.datadoghq\.com\/dashboard\/a-[!-~]+)$/);
      expect(text).toContain(POLICY);
      expect(text.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    }),
    { numRuns: 8 },
  );
});

describe('a link', () => {
  const moment = MOMENTS['broken and acknowledged']();
  const shown = reportHtml(moment);
  const at = (from: number, to: number) => escaped(dashboardAt(RELEASE, { from, to })!);
  const leading = (from: number, to: number) =>
    [...shown.matchAll(/<a href="([^"]*)" target="_blank" rel="noreferrer">([^<]*)<\/a>/g)]
      .filter(([, href]) => href === at(from, to))
      .map(([, , text]) => text);
  const newest = LAUNCH + 65;

  it('leads from the results, the statuses and the chart to just their hours, on a page of its own', () => {
    expect(leading(LAUNCH - 672, LAUNCH)).toEqual(
      expect.arrayContaining(['2026-01-14 11:00 EST - 2026-02-11 11:00 EST', '1.19 % (7,991 of 673,354)']),
    );
    expect(leading(LAUNCH - 672, LAUNCH)).toEqual(expect.arrayContaining(['4 weeks before launch', 'baseline 1.19 %']));
    expect(leading(LAUNCH, newest)).toEqual(
      expect.arrayContaining(['since launch', 'stage A, 2026-02-11 11:00 EST - 2026-02-14 04:00 EST']),
    );
    expect(leading(LAUNCH - 65, newest)).toContain('2.77 % (3,631 of 131,154) in all');
  });

  it('of a day has the hours of that day in the zone of the release', () => {
    const midnight = hour('2026-02-12T05:00Z');
    expect(leading(midnight, midnight + 24)).toEqual(['2026-02-12', '2026-02-12', '2026-02-12']);
  });

  it('of what is open goes from its beginning to now, below the verdict, in the words of the chart and in a message', () => {
    expect(leading(LAUNCH + 31, newest)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^#show is not below the release ceiling since 2026-02-12 18:00 EST, bad enough to roll back; acknowledged .* by Ada: rolling back at 15:00$/,
        ),
        'from 2026-02-12 18:00 EST on',
      ]),
    );
    expect(leading(LAUNCH + 31, LAUNCH + 35)).toEqual(['2026-02-12 18:00 EST']);
    expect(leading(LAUNCH, LAUNCH + 35)).toEqual(['stage A, 2026-02-11 11:00 EST - 2026-02-12 22:00 EST']);
  });
});

describe('controls', () => {
  const moment = MOMENTS['beside controls']();
  const shown = reportHtml(moment);

  it('have a chart with their own baseline and neither limit nor evidence, and rows in the results', () => {
    const control = moment.series.at(-1)!;
    expect(control).toMatchObject({ id: 'control-1', name: '#search', evidence: [] });
    expect(control).not.toHaveProperty('limit');
    expect(control.baseline).toEqual({ rate: expect.closeTo(0.012, 3), from: LAUNCH - 672, to: LAUNCH });
    const part = shown.slice(shown.indexOf('<section id="control-1"'), shown.indexOf('<section id="results"'));
    expect(part).toContain('judged by nothing of its own');
    expect(part).toMatch(
      /Levels: <a [^>]*>baseline 1\.19 %<\/a>\. Stages: A, 25 % of users since 2026-02-11 11:00 EST[^.]*\. Highest hour/,
    );
    expect(part).not.toContain('Evidence');
    expect(shown.match(/#search \(control\)/g)).toHaveLength(moment.windows.length);
  });
});

describe('requests with the toggle off', () => {
  const moment = MOMENTS['beside requests with the toggle off']();
  const shown = reportHtml(moment);

  it('are a line of their own, a column of the days, and told', () => {
    const [show] = moment.series;
    expect(show!.toggleOff!.at(-1)!.requests).toBeLessThan(0.9 * show!.hours.at(-1)!.requests);
    expect(shown).toContain('>toggle off 1.12 %<');
    expect(shown).toContain('>1.16 % (3,080 of 265,165) with the toggle off</a>');
    expect(shown).toContain('>With the toggle off</th>');
  });

  it('take away the level that is tolerated, and it is said why', () => {
    expect(shown).not.toContain('>tolerated 1');
    expect(shown).toContain(
      'up to 1.3 times the rate with it off in the same hours is tolerated, so no level is drawn',
    );
  });
});

describe('below the verdict', () => {
  const standing = (name: keyof typeof MOMENTS) => {
    const shown = reportHtml(MOMENTS[name]());
    return shown.slice(shown.indexOf('<section id="verdict"'), shown.indexOf('<section id="stages"'));
  };

  it('stands what is open, quiet and held back', () => {
    const said = standing('rolled back while silenced');
    expect(said).toContain('silence by dana: database upgrade; the whole release until 2026-02-16 12:20 EST');
    expect(said).toMatch(/held back<\/th><td[^>]*>2026-02-12 22:20 EST: firing/);
    expect(standing('three hours old')).toContain('Nothing is open, quiet or untold.');
  });

  it('of a stage that has ended stands nothing of it, since that is about now', () => {
    const log = [A, entered('2026-02-12T04:30Z', 'B', 0.5)];
    const [first] = stays(log);
    expect(reportOf(release, { ...facts, log }, first)).not.toHaveProperty('standing');
  });
});

describe('the report of a stage', () => {
  const log = [A, entered('2026-02-12T04:30Z', 'B', 0.5)];
  const only = { stage: 'A', exposure: 0.25, at: A.at, from: LAUNCH, to: LAUNCH + 12 };
  const part = reportOf(release, { ...facts, log, snapshots: showFacts(LAUNCH + 30, around(0.3)) }, only);

  it('knows nothing of what came after it', () => {
    expect(part.verdict).toMatchObject({ hour: LAUNCH + 11, stage: { name: 'A' } });
    expect([part.from, part.to, part.log]).toEqual([LAUNCH, LAUNCH + 12, [A]]);
    expect(part.series[0]!.hours).toHaveLength(12);
  });

  it('after a roll-back, keeps the evidence that led to it', () => {
    const off = entered('2026-02-12T04:30Z', 'off', 0);
    const [show] = reportOf(release, {
      ...facts,
      log: [A, off],
      snapshots: showFacts(LAUNCH + 30, around(0.3)),
    }).series;
    expect(Math.max(...show!.evidence[0]!.breach)).toBeGreaterThan(20);
    expect(show!.evidence[0]!.breach).toHaveLength(12);
  });
});
