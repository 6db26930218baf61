import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type Report, reportOf } from '../../lib/report/report-facts';
import { html, reportHtml } from '../../lib/report/report-html';
import { around, BELOW, CONSISTENT, entered, LAUNCH, releaseOf, showFacts, steady } from '../domain/rollout-facts';
import { hostileText, UNPRINTABLE } from '../fuzz/hostile-text';

const A = entered('2026-02-11T16:00Z', 'A', 0.25, { note: 'as planned' });
const release = releaseOf([CONSISTENT, BELOW]);
const facts = { log: [A], snapshots: showFacts(LAUNCH + 30), newest: LAUNCH + 29, alerts: [] };
const report = reportOf(release, facts);
const page = reportHtml(report);

/** Every tag of a page, and whether all of them close in the order in which they opened. */
function tagsOf(text: string): string[] {
  const open: string[] = [];
  const tags: string[] = [];
  for (const [tag, slash, name] of text.matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:"[^"]*"|[^">])*>/g)) {
    if (slash) expect(open.pop()).toBe(name);
    else {
      tags.push(name!);
      if (!/^(meta|!doctype)$/.test(name!) && !tag.endsWith('/>')) open.push(name!);
    }
  }
  expect(open).toEqual([]);
  return tags;
}

describe('the page of a report', () => {
  it('needs neither script nor network, and its policy forbids both', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(tagsOf(page)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(script|link|img|iframe|object)$/)]),
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
    expect(place('<main>')).toBeLessThan(place(html(report.verdict.reason)));
    expect(place(html(report.verdict.reason))).toBeLessThan(place('<h2 id="stages-title">'));
    expect(place('as planned')).toBeGreaterThan(0);
  });

  it('tells in words what each chart shows, and captions every table', () => {
    expect(page.match(/<svg [^>]*role="img" aria-labelledby=/g)).toHaveLength(page.match(/<svg /g)!.length);
    expect(page.match(/<caption>/g)).toHaveLength(page.match(/<table /g)!.length);
    expect(page).toMatch(/#show, error rate by hour, .*: 1\.\d+ % \([\d,]+ of [\d,]+\) in all\./);
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
    expect(drawn).toContain('>8 %<');
    expect(drawn).not.toContain('>80 %<');
  });
});

test('nothing that comes from outside becomes a tag, an attribute or a trick', () => {
  const shape = tagsOf(page);
  fc.assert(
    fc.property(fc.tuple(hostileText, hostileText, hostileText), ([name, note, reason]) => {
      const endpoint = { ...release.endpoints[0]!, name, route: note };
      const hostile: Report = {
        ...report,
        release: { ...release, title: name, team: note, endpoints: [endpoint] },
        verdict: {
          ...report.verdict,
          reason,
          findings: report.verdict.findings.map((one) => ({ ...one, endpoint: name, reason })),
        },
        log: [{ ...A, stage: reason, by: name, note }],
        stays: report.stays.map((stay) => ({ ...stay, stage: reason })),
        endpoints: report.endpoints.map((one) => ({ ...one, endpoint })),
      };
      const text = reportHtml(hostile);
      // A name may be too long to stand in a chart.
      const ofPage = (tags: string[]) => tags.filter((tag) => tag !== 'text');
      expect(ofPage(tagsOf(text))).toEqual(ofPage(shape));
      expect(text.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    }),
    { numRuns: 8 },
  );
});

describe('the report of a stage', () => {
  const log = [A, entered('2026-02-12T04:30Z', 'B', 0.5)];
  const only = { stage: 'A', exposure: 0.25, at: A.at, from: LAUNCH, to: LAUNCH + 12 };
  const part = reportOf(release, { ...facts, log, snapshots: showFacts(LAUNCH + 30, around(0.3)) }, only);

  it('knows nothing of what came after it', () => {
    expect(part.verdict).toMatchObject({ hour: LAUNCH + 11, stage: { name: 'A' } });
    expect([part.from, part.to, part.log]).toEqual([LAUNCH, LAUNCH + 12, [A]]);
    expect(part.endpoints[0]!.hours).toHaveLength(12);
  });

  it('after a roll-back, keeps the evidence that led to it', () => {
    const off = entered('2026-02-12T04:30Z', 'off', 0);
    const [show] = reportOf(release, {
      ...facts,
      log: [A, off],
      snapshots: showFacts(LAUNCH + 30, around(0.3)),
    }).endpoints;
    expect(Math.max(...show!.evidence[0]!.breach)).toBeGreaterThan(20);
    expect(show!.evidence[0]!.breach).toHaveLength(12);
  });
});
