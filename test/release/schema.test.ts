import fc from 'fast-check';
import { parseRelease } from '../../lib/release/parse';
import { type Release, releaseSchema, SITES } from '../../lib/release/schema';
import { fileWith } from '../worlds/release-file';

// biome-ignore lint/suspicious/noExplicitAny: the point is to write what no type would allow
function release(edit: (file: any) => void = () => {}): Release {
  const parsed = parseRelease('document-status', fileWith(edit));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.release;
}
// biome-ignore lint/suspicious/noExplicitAny: the point is to write what no type would allow
const accepts = (edit: (file: any) => void) => releaseSchema.safeParse(fileWith(edit)).success;

describe('a release file', () => {
  it('becomes fractions and hours', () => {
    expect(release()).toMatchObject({
      name: 'document-status',
      ceiling: 0.05,
      stages: [
        { name: 'A', exposure: 0.25, length: 168 },
        { name: 'B', exposure: 0.5, length: 336 },
        { name: 'C', exposure: 1 },
      ],
      checks: [{ length: 168 }, { length: 720 }],
      alerts: { blindAfter: 3, repeatEvery: 24, noticeAt: '09:00', maintenance: [] },
    });
    expect(release().endpoints[0]!.criteria).toEqual([
      { consistentWithBaseline: { allowed: 0.25, floor: 0.001 }, whenThin: 'hold' },
    ]);
    expect(release().endpoints[2]!.criteria).toEqual([{ below: 0.05, whenThin: 'report' }]);
  });

  it('may leave out what has a default, and the default is what the file of this repository says', () => {
    const bare = release((file) => {
      for (const key of ['excludedStatuses', 'errorStatuses', 'ceiling', 'alerts']) delete file[key];
      file.endpoints[0].criteria = [{ consistentWithBaseline: {} }];
    });
    expect(bare).toEqual(release());
    const less = release((file) => {
      delete file.checks;
      delete file.links;
      file.alerts = {};
    });
    expect(less).toMatchObject({ checks: [], links: [], alerts: release().alerts });
  });

  it('trims text', () => {
    expect(release((file) => (file.title = '  Document Status '))).toMatchObject({ title: 'Document Status' });
  });
});

describe('a percentage', () => {
  const exposure = (text: unknown) => (accepts((file) => (file.stages[0].exposure = text)) ? 'ok' : 'refused');
  const limit = (text: unknown) =>
    accepts((file) => (file.endpoints[2].criteria = [{ below: text }])) ? 'ok' : 'refused';

  it('of users is anything above none, up to all of them', () => {
    for (const text of ['1%', '0.5%', '25 %', '33.3%', '100%', '100.0%'])
      expect([text, exposure(text)]).toEqual([text, 'ok']);
    for (const text of [
      '0%',
      '0.0%',
      '100.1%',
      '101%',
      '-1%',
      '25',
      '%',
      'all',
      '',
      '2 5%',
      '25%%',
      '1e1%',
      25,
      0.25,
      null,
      undefined,
    ])
      expect([text, exposure(text)]).toEqual([text, 'refused']);
  });

  it('of errors is a rate that can be broken: above 0 % and below 100 %', () => {
    for (const text of ['0.3%', '5%', '05%', '99.9999%', '0.0001 %']) expect([text, limit(text)]).toEqual([text, 'ok']);
    for (const text of ['0%', '00%', '0.0%', '100%', '<5%', '5', '5pt', '-5%', '.5%', 5, 0.05, null])
      expect([text, limit(text)]).toEqual([text, 'refused']);
  });

  it('is the fraction that one would write by hand', () => {
    const anyHundredths = fc.integer({ min: 1, max: 9999 });
    fc.assert(
      fc.property(anyHundredths, (hundredths) => {
        const text = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}%`;
        expect(release((file) => (file.ceiling = text)).ceiling).toBe(Number((hundredths / 10_000).toFixed(4)));
      }),
      { numRuns: 25 },
    );
  });

  it('of points is written with pt', () => {
    const floor = (text: unknown) =>
      accepts((file) => (file.endpoints[0].criteria = [{ consistentWithBaseline: { floor: text } }]));
    expect(['0.1pt', '0pt', '2 pt'].map(floor)).toEqual([true, true, true]);
    expect(['0.1%', '0.1', 0.1, '-1pt', 'pt', null].map(floor)).toEqual([false, false, false, false, false, false]);
  });
});

describe('a duration', () => {
  const length = (text: unknown) => {
    const parsed = releaseSchema.safeParse(fileWith((file) => (file.stages[0].length = text)));
    return parsed.success ? parsed.data.stages[0]!.length : 'refused';
  };

  it('is a whole number of hours, days or weeks', () => {
    expect(['1 hour', '36 hours', '1 day', '30 days', '1 week', '2 weeks'].map(length)).toEqual([
      1, 36, 24, 720, 168, 336,
    ]);
  });

  it('is nothing else', () => {
    for (const text of [
      '0 hours',
      '-1 day',
      '1.5 days',
      '1 month',
      '1week',
      'a week',
      '1 week ',
      '10 submissions',
      '',
      24,
      null,
    ])
      expect([text, length(text)]).toEqual([text, 'refused']);
  });
});

describe('a name', () => {
  it('of a stage is one word, and not the one that takes a release back', () => {
    const stage = (name: unknown) => accepts((file) => (file.stages[0].name = name));
    expect(['A', 'canary-1', 'off-peak', 'Stufe_ä'].map(stage)).toEqual([true, true, true, true]);
    expect(['off', 'a b', 'a/b', '', ' ', 'a\tb', 'x'.repeat(41), 1, null].some(stage)).toBe(false);
  });

  it('of a Datadog site, metric or tag is one that cannot break the request', () => {
    for (const site of SITES) expect(accepts((file) => (file.datadog.site = site))).toBe(true);
    expect(accepts((file) => (file.datadog.site = 'datadoghq.example'))).toBe(false);
    for (const text of ['a"b', 'a b', 'a{b}', 'a,b', '*', '', 'A', 'x'.repeat(201)]) {
      expect(accepts((file) => (file.endpoints[0].tag = text))).toBe(false);
      expect(accepts((file) => (file.datadog.statusTag = text))).toBe(false);
    }
    for (const text of [`env:${'x'.repeat(400)}`, 'env', 'env:', ':x', 'env:a b', 'env:*', '!env:x', 'ENV:x'])
      expect(accepts((file) => (file.datadog.scope = [text]))).toBe(false);
    expect(accepts((file) => (file.datadog.scope = []))).toBe(false);
    for (const length of [200, 201]) {
      const name = 'x'.repeat(length);
      expect(accepts((file) => (file.controls = [{ name: 'a', tag: name }]))).toBe(length === 200);
      expect(accepts((file) => (file.datadog.statusTag = name))).toBe(length === 200);
      expect(
        accepts((file) => {
          file.datadog.metric = name;
          for (const one of file.endpoints) delete one.resource;
        }),
      ).toBe(length === 200);
      expect(accepts((file) => (file.datadog.scope = [`env:${'x'.repeat(length + 196)}`]))).toBe(length === 200);
    }
    for (const text of ['1metric', 'a-b', 'a b', 'avg:a{b}'])
      expect(accepts((file) => (file.datadog.metric = text))).toBe(false);
  });

  it('of a time zone is one that the clocks know', () => {
    expect(accepts((file) => (file.timeZone = 'Asia/Kathmandu'))).toBe(true);
    for (const zone of ['', 'Mars/Phobos', 'ET', 5, null])
      expect(accepts((file) => (file.timeZone = zone))).toBe(false);
  });
});

describe('controls', () => {
  const control = (index: number) => ({ name: `control ${index}`, tag: `control_${index}` });
  const controls = (count: number) =>
    accepts((file) => (file.controls = Array.from({ length: count }, (_, i) => control(i))));

  it('are none unless the file has some, and at most 20', () => {
    expect(release().controls).toEqual([]);
    expect(release((file) => (file.controls = [control(1)])).controls).toEqual([control(1)]);
    expect([0, 20, 21].map(controls)).toEqual([true, true, false]);
  });

  it('are a name and a tag, and have no criteria', () => {
    for (const change of [{ name: ' ' }, { name: undefined }, { tag: 'a b' }, { tag: undefined }, { criteria: [] }])
      expect([change, accepts((file) => (file.controls = [{ ...control(1), ...change }]))]).toEqual([change, false]);
  });

  it('by query are read under the name that version 0.1.0 gave them, but not under both names', () => {
    const old = { control: ['feature:off'] };
    expect(release((file) => Object.assign(file.datadog, old)).datadog).toMatchObject({ toggleOff: ['feature:off'] });
    expect(accepts((file) => Object.assign(file.datadog, old, { toggleOff: ['feature:off'] }))).toBe(false);
    expect(accepts((file) => (file.datadog = [old]))).toBe(false);
  });

  it('by query are 1 to 10 pairs, of keys that neither the scope nor another pair has', () => {
    const query = (pairs: unknown) =>
      accepts((file) => Object.assign(file.datadog, { scope: ['env:eks-prod', 'region:west'], toggleOff: pairs }));
    const pairs = (count: number) => Array.from({ length: count }, (_, index) => `key${index}:off`);
    expect(release().datadog.toggleOff).toBeUndefined();
    expect([['feature:off'], ['feature:off', 'tier:env'], pairs(10)].map(query)).toEqual([true, true, true]);
    for (const refused of [
      [],
      pairs(11),
      ['region:west'],
      ['region:east'],
      ['feature:off', 'feature:off'],
      ['feature:off', 'feature:absent'],
      ['feature'],
      ['feature:"off"'],
      [5],
      'feature:off',
      null,
    ])
      expect([refused, query(refused)]).toEqual([refused, false]);
  });
});

describe('an address', () => {
  it('is https and nothing else', () => {
    const link = (url: unknown) => accepts((file) => (file.links = [{ title: 'x', url }]));
    expect(link('https://example.org/dashboard?x=1#y')).toBe(true);
    for (const url of [
      'http://example.org',
      'javascript:alert(1)',
      'ftp://example.org',
      'example.org',
      '//example.org',
      '',
      null,
    ])
      expect([url, link(url)]).toEqual([url, false]);
  });

  it('of the runbook may be a file of the repository', () => {
    const runbook = (value: unknown) => accepts((file) => (file.runbook = value));
    expect(['docs/runbook.md', 'https://example.org/runbook'].map(runbook)).toEqual([true, true]);
    expect(['http://example.org/x', 'docs/run book.md', 'runbook.txt', '', null].some(runbook)).toBe(false);
  });
});

describe('an hour of the day', () => {
  it('is a full one', () => {
    const noticeAt = (text: unknown) => accepts((file) => (file.alerts.noticeAt = text));
    expect(['00:00', '09:00', '23:00'].map(noticeAt)).toEqual([true, true, true]);
    expect(['9:00', '24:00', '09:30', '09', '9 am', 9, null].some(noticeAt)).toBe(false);
  });

  it('may be quiet in hours of the day that the notice is not in', () => {
    const quiet = (from: unknown, to: unknown, noticeAt = '09:00') =>
      accepts((file) => Object.assign(file.alerts, { quietHours: { from, to }, noticeAt }));
    expect([quiet('22:00', '07:00'), quiet('22:00', '09:00'), quiet('10:00', '12:00')]).toEqual([true, true, true]);
    expect([quiet('22:00', '10:00'), quiet('22:00', '22:00'), quiet('22:30', '07:00'), quiet('22:00', 7)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(quiet('22:00', '07:00', '06:00')).toBe(false);
  });

  it('may be held back by planned maintenance of at most 30 days, with a reason', () => {
    const maintained = (...maintenance: object[]) => accepts((file) => (file.alerts.maintenance = maintenance));
    const one = { from: '2026-03-01T22:00-05:00', to: '2026-03-02T02:00-05:00', reason: 'database upgrade' };
    expect(release((file) => (file.alerts.maintenance = [one])).alerts.maintenance).toEqual([
      { from: Date.parse('2026-03-02T03:00Z'), to: Date.parse('2026-03-02T07:00Z'), reason: 'database upgrade' },
    ]);
    expect(maintained(one, one, { ...one, from: '2026-03-01T23:00-05:00' })).toBe(true);
    for (const change of [
      { from: '2026-03-01T22:00' },
      { to: one.from },
      { to: '2026-02-01T00:00Z' },
      { to: '2026-03-31T22:01-05:00' },
      { reason: ' ' },
      { reason: undefined },
      { by: 'Ada' },
    ])
      expect([change, maintained({ ...one, ...change })]).toEqual([change, false]);
    expect(maintained({ ...one, to: '2026-03-31T22:00-05:00' })).toBe(true);
  });
});

describe('statuses', () => {
  it('are whole numbers from 100 to 599, and a range that runs up', () => {
    expect(accepts((file) => (file.excludedStatuses = []))).toBe(true);
    for (const status of [99, 600, 401.5, '401', null])
      expect(accepts((file) => (file.excludedStatuses = [status]))).toBe(false);
    expect(accepts((file) => (file.errorStatuses = { from: 500, to: 500 }))).toBe(true);
    expect(accepts((file) => (file.errorStatuses = { from: 500, to: 499 }))).toBe(false);
    expect(accepts((file) => (file.errorStatuses = { from: 500 }))).toBe(false);
  });
});
