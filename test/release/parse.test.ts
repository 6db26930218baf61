import fc from 'fast-check';
import { parseRelease, pathText, ReleaseError } from '../../lib/release/parse';
import { fileWith } from '../worlds/release-file';

// biome-ignore lint/suspicious/noExplicitAny: the point is to write what no type would allow
function problems(edit: (file: any) => void, name = 'document-status'): string[] {
  const parsed = parseRelease(name, fileWith(edit));
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${pathText(path)} - ${message}`) : [];
}

describe('a path', () => {
  it('is written as in its example, and the whole file as such', () => {
    expect(pathText(['endpoints', 0, 'criteria'])).toBe('endpoints[0].criteria');
    expect(pathText([0, 'a', 1, 2])).toBe('[0].a[1][2]');
    expect(pathText([])).toBe('file');
  });
});

describe('the name of a release', () => {
  it('is lower case letters, digits and "-", as it becomes a part of keys and resource names', () => {
    for (const name of ['document-status', 'a', '0', 'x'.repeat(63)]) expect(problems(() => {}, name)).toEqual([]);
    for (const name of ['', 'A', 'a b', 'a#b', 'a/b', '../a', '-a', 'a_b', 'x'.repeat(64), 'a\n'])
      expect(problems(() => {}, name)).toEqual([
        expect.stringMatching(/expected lower case letters.*rename the folder$/),
      ]);
  });
});

describe('problems', () => {
  it('are none in the release of this repository', () => {
    expect(problems(() => {})).toEqual([]);
  });

  it('say where, what was found and what was expected', () => {
    expect(problems((file) => (file.endpoints[2].criteria[0].below = 5))).toEqual([
      'endpoints[2].criteria[0].below - got 5, expected a rate above "0%" and below "100%", such as "5%"',
    ]);
    expect(problems((file) => (file.datadog.site = 'datadoghq.co'))).toEqual([
      expect.stringMatching(/^datadog\.site - got "datadoghq\.co", expected one of datadoghq\.com, /),
    ]);
    expect(problems((file) => (file.timeZone = 'Mars/Phobos'))).toEqual([
      'timeZone - got "Mars/Phobos", expected an IANA time zone such as America/New_York',
    ]);
    expect(problems((file) => delete file.title)).toEqual(['title - got nothing, expected a title as text']);
    expect(problems((file) => (file.title = ' '))).toEqual(['title - got " ", expected a title that is not empty']);
    expect(problems((file) => (file.team = 'x'.repeat(201)))[0]).toMatch(
      /^team - got "x+\.\.\., expected a team of at most 200/,
    );
  });

  it('name every unknown key, wherever it is', () => {
    const found = problems((file) => {
      file.treshold = '5%';
      file.datadog.sites = 'x';
      file.stages[1].lenght = '1 week';
      file.endpoints[0].criteria[0].consistentWithBaseline.allow = '3%';
      file.endpoints[2].criteria[0].whenthin = 'hold';
      file.alerts.blind = '3 hours';
    });
    expect(found.map((one) => one.split(' - ')[0]).sort()).toEqual([
      'alerts.blind',
      'datadog.sites',
      'endpoints[0].criteria[0].consistentWithBaseline.allow',
      'endpoints[2].criteria[0].whenthin',
      'stages[1].lenght',
      'treshold',
    ]);
    expect(found.every((one) => one.endsWith('unknown key; check its spelling or take it out'))).toBe(true);
  });

  it('of a criterion that is none say what one looks like', () => {
    for (const criterion of [{ belowe: '5%' }, { below: '5%', consistentWithBaseline: {} }, 'below 5%', null])
      expect(problems((file) => (file.endpoints[0].criteria = [criterion]))).toEqual([
        expect.stringMatching(
          /^endpoints\[0\]\.criteria\[0\] - got .*expected \{ below: 5% \} or \{ consistentWithBaseline/,
        ),
      ]);
  });

  it.each([
    [
      { alarm: 'hourly' },
      'minRequests - got nothing, expected the requests from which an hour counts, such as 50; it has no default',
    ],
    [{ minRequests: 50 }, 'alarm - got nothing, expected hourly, which minRequests belongs to'],
    [{ alarm: 'daily', minRequests: 50 }, 'alarm - got "daily", expected hourly'],
    [
      { alarm: 'hourly', minRequests: 0 },
      'minRequests - got 0, expected the requests from which an hour counts, a whole number from 1 to 1,000,000, such as 50',
    ],
  ])('of a limit with %j say what belongs together', (rest, problem) => {
    const found = problems((file) => (file.endpoints[2].criteria = [{ below: '5%', ...rest }]));
    expect(found).toEqual([`endpoints[2].criteria[0].${problem}`]);
  });

  it('never take an unknown value for a default', () => {
    expect(problems((file) => (file.endpoints[2].criteria[0].whenThin = 'ignore'))).toEqual([
      'endpoints[2].criteria[0].whenThin - got "ignore", expected hold or report',
    ]);
    for (const key of ['ceiling', 'errorStatuses', 'excludedStatuses', 'checks', 'alerts', 'links', 'controls'])
      expect(problems((file) => (file[key] = null))).toHaveLength(1);
  });

  it('are all listed at once, those between fields too', () => {
    const found = problems((file) => {
      file.team = 5;
      delete file.datadog.metric;
      file.endpoints[1].name = file.endpoints[0].name;
      file.endpoints[2].tag = file.endpoints[1].tag;
      file.endpoints[2].criteria.push({ below: '3%' });
      file.stages[0].exposure = '0%';
      delete file.stages[1].length;
      file.stages[2].name = ' A';
      file.checks[1].name = '1-week';
      file.errorStatuses = { from: 500, to: 400 };
      file.extra = 1;
    });
    const at = (path: string) => found.filter((one) => one.startsWith(`${path} - `));
    expect(at('team')).toEqual(['team - got 5, expected a team as text']);
    expect(at('datadog.metric')).toHaveLength(1);
    expect(at('endpoints')).toEqual([
      'endpoints - the name #index stands twice',
      'endpoints - the tag v0::benefitsclaimscontroller_show stands twice',
    ]);
    expect(at('endpoints[2].criteria')).toEqual(['endpoints[2].criteria - the same kind of criterion stands twice']);
    expect(at('stages[0].exposure')).toEqual([
      'stages[0].exposure - got 0%, expected more; "stagewatch stage enter off" takes a release back to 0%',
    ]);
    expect(at('stages[1].length')).toEqual([
      'stages[1].length - got nothing, expected a length; only the last stage may go without',
    ]);
    expect(at('stages')).toEqual(['stages - the name A stands twice']);
    expect(at('checks')).toEqual(['checks - the name 1-week stands twice']);
    expect(at('errorStatuses')).toEqual(['errorStatuses - from 500 is above to 400']);
    expect(at('extra')).toHaveLength(1);
    expect(found).toHaveLength(11);
  });

  it('of controls say which name, tag or pair stands elsewhere too', () => {
    const found = problems((file) => {
      file.endpoints[0].name = '#index (toggle off)';
      file.controls = [
        { name: '#show', tag: 'a' },
        { name: 'b', tag: file.endpoints[1].tag },
        { name: 'b', tag: 'a' },
        { name: 'c (toggle off) ', tag: 'c' },
        { name: ' (scope)', tag: 'd' },
      ];
      file.datadog.toggleOff = ['feature:off', 'env:eks-dev'];
    });
    expect(found).toEqual([
      'controls[0].name - the name #show stands twice',
      'controls[1].tag - the tag v0::benefitsclaimscontroller_show stands twice',
      'controls[2].name - the name b stands twice',
      'controls[2].tag - the tag a stands twice',
      'endpoints[0].name - got #index (toggle off), expected another ending; this one is for samples of the toggle off',
      'controls[3].name - got c (toggle off), expected another ending; this one is for samples of the toggle off',
      'controls[4].name - got (scope), expected another name; this one is for samples of the scope',
      'datadog.toggleOff - got env:eks-dev beside env:eks-prod, expected every key once in scope and toggleOff; no request has two values of one',
    ]);
  });

  it('of a tag of error classes say why it can tell none', () => {
    const LONG = 'which has another meaning in this file, expected the tag that has the error class, and nothing else';
    const of = (classTag: string, edit: Parameters<typeof problems>[0] = () => {}) =>
      problems((file) => {
        file.datadog.classTag = classTag;
        edit(file);
      });
    expect(of('error_class')).toEqual([]);
    for (const tag of ['resource_name', 'http.status_code', 'env'])
      expect(of(tag)).toEqual([`datadog.classTag - got ${tag}, ${LONG}`]);
    const tags = { controller: 'claims', action: 'show' };
    expect(of('action', (file) => (file.endpoints[0] = { ...file.endpoints[0], tag: undefined, tags }))).toEqual([
      `datadog.classTag - got action, ${LONG}`,
    ]);
    expect(of('service', (file) => (file.endpoints[0].filter = ['service:a']))).toHaveLength(1);
    expect(of('Error')).toEqual([
      expect.stringMatching(/^datadog.classTag - got "Error", expected a Datadog tag name/),
    ]);
    const slow = { metric: 'trace.rack.request', over: 2 };
    // biome-ignore lint/suspicious/noExplicitAny: a file
    const slowly = (file: any) => {
      for (const one of file.endpoints) one.slow = slow;
    };
    expect(of('error_class', slowly)).toEqual([
      expect.stringMatching(/^datadog.classTag - got error_class, but every endpoint is slow/),
    ]);
    // biome-ignore lint/suspicious/noExplicitAny: a file
    const many = (length: number) => (file: any) => {
      file.endpoints = Array.from({ length }, (_, index) => ({
        ...file.endpoints[0],
        ...{ name: `#${index}`, tag: `v0::a_${index}`, resource: undefined },
      }));
    };
    expect(of('error_class', many(50))).toEqual([]);
    expect(of('error_class', many(51))).toEqual([
      expect.stringMatching(/with 51 endpoints whose requests fail, expected at/),
    ]);
    expect(problems((file) => (file.endpoints[0].name = '#index (error classes)'))).toEqual([
      'endpoints[0].name - got #index (error classes), expected another ending; this one is for samples of error classes',
    ]);
  });

  it('of a file with nothing in it name everything that must be there', () => {
    const parsed = parseRelease('x', {});
    const missing = 'problems' in parsed ? parsed.problems.map(({ path }) => pathText(path)) : [];
    expect(missing).toEqual(['title', 'team', 'timeZone', 'toggles', 'datadog', 'endpoints', 'stages', 'runbook']);
  });

  it('are found in anything that is not a release, without an exception', () => {
    const anyFile = fc.oneof(
      fc.anything(),
      fc.record({
        stages: fc.anything(),
        endpoints: fc.anything(),
        errorStatuses: fc.anything(),
        checks: fc.anything(),
        controls: fc.anything(),
        datadog: fc.anything(),
      }),
      fc
        .tuple(fc.constantFrom('title', 'datadog', 'endpoints', 'controls', 'stages', 'alerts', 'links'), fc.anything())
        .map(([key, value]) => fileWith((file) => (file[key] = value))),
    );
    fc.assert(
      fc.property(anyFile, (file) => {
        const parsed = parseRelease('x', file);
        if ('problems' in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
        else expect(parsed.release.stages.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the error', () => {
  it('lists every problem on a line of its own', () => {
    expect(new ReleaseError('a/release.yaml', ['one', 'two']).message).toBe(
      'a/release.yaml - 2 problems:\n  one\n  two',
    );
    expect(new ReleaseError('a/release.yaml', ['one']).message).toBe('a/release.yaml - 1 problem:\n  one');
  });
});
