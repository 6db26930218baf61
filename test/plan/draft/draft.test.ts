import path from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { draftOf } from '../../../lib/plan/draft/draft';
import { releaseDraft } from '../../../lib/plan/draft/release-draft';
import { parseRelease } from '../../../lib/release/parse';
import { readRelease } from '../../../lib/release/read';
import { hostileText } from '../../fuzz/hostile-text';
import { planOf } from '../../worlds/planned-rollout';

const written = (plan: string) =>
  releaseDraft(draftOf(plan), { folder: 'releases/x', plan: 'release-plan.md', runbook: 'docs/runbook.md' });
const stagesOf = (plan: string) => draftOf(plan).stages;

describe("the draft of the team's own plan", () => {
  const file = parse(written(planOf('../../../releases/document-status/release-plan.md')));
  const { file: real, release } = readRelease(path.join(__dirname, '../../../releases/document-status')) as {
    file: Record<string, unknown> & { endpoints: Record<string, unknown>[] };
    release: ReturnType<typeof readRelease>['release'];
  };

  it('is the release of this repository, once a person has filled in Datadog, the zone and what is thin', () => {
    const parsed = parseRelease('document-status', {
      ...file,
      timeZone: real.timeZone,
      datadog: { ...(real.datadog as object), site: file.datadog.site },
      endpoints: file.endpoints.map((one: { criteria: object[] }, index: number) => {
        const { tag, route, resource } = real.endpoints[index]!;
        const whenThin = release.endpoints[index]!.criteria[0]!.whenThin;
        return {
          ...one,
          tag,
          route,
          resource,
          criteria: one.criteria.map((criterion) => ({ ...criterion, whenThin })),
        };
      }),
    });
    const lower = ({ toggles, links, ...rest }: typeof release) => ({
      ...rest,
      toggles: toggles.map(({ name, link }) => ({ name, link })),
      links: links.map(({ title, url }) => ({ title: title.toLowerCase(), url })),
    });
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    expect(lower(parsed.release)).toEqual(lower(release));
  });

  it('is not valid before that, and names each value that is missing', () => {
    const parsed = parseRelease('document-status', file);
    const paths = 'problems' in parsed ? parsed.problems.map((problem) => problem.path.join('.')) : [];
    expect(new Set(paths)).toEqual(
      new Set([
        'timeZone',
        'datadog.metric',
        'datadog.scope',
        'datadog.endpointTag',
        'datadog.statusTag',
        'endpoints.0.tag',
        'endpoints.1.tag',
        'endpoints.2.tag',
      ]),
    );
  });
});

describe('a stage', () => {
  it('is not guessed where the plan contradicts itself, or says something else than time and users', () => {
    const [first, second, third, last] = stagesOf(
      [
        '## Stage A: 25% of users\n- Percentage of Users: 30%\n- Length of time: 1-2 weeks',
        '## Stage B\n- Percentage of Users: 100 submissions\n- Length of time: 10 submissions',
        '## Stage C\n- Percentage of Users: 50%\n- Length of time: about a week',
        '## Stage D (100% of users)',
      ].join('\n\n'),
    );
    expect(first).toMatchObject({ name: 'A', exposure: { todo: 'the plan says 25% and 30% in lines 1 and 2' } });
    expect(first!.length).toEqual({ todo: '"1-2 weeks" in line 3 is no number of hours, days or weeks' });
    expect(second).toMatchObject({
      exposure: { todo: '"100 submissions" in line 6 is no share of users' },
      length: { todo: '"10 submissions" in line 7 is no number of hours, days or weeks' },
    });
    expect(third).toMatchObject({ exposure: { value: 0.5, line: 10 }, length: { value: '1 week', line: 11 } });
    expect(last).toEqual({ name: 'D', line: 13, exposure: { value: 1, line: 13 } });
  });

  it('has a number behind its name where others are called the same', () => {
    const shares = [1, 5, 10, 25, 50, 100];
    const plan = shares
      .map((share) => `### Canary\n- Percentage of Users: ${share}%\n- Length of time: 8 hours`)
      .join('\n\n');
    expect(stagesOf(plan).map(({ name, exposure }) => [name, 'value' in exposure && exposure.value])).toEqual(
      shares.map((share, index) => [`Canary-${index + 1}`, share / 100]),
    );
  });

  it('is read with a length in its name, and is no share of other things than users', () => {
    const plan =
      '# Plan\n\n## Canary for 1 week\n\n### 1-week results\n\n## Stage B: 7% of documents\n- Length of time: <1 week\n\n## 1 week after: 100% of users';
    const { stages, checks, unread } = draftOf(plan);
    expect(stages.map(({ name }) => name)).toEqual(['Canary-for-1-week', 'B']);
    expect(stages[1]).toMatchObject({ exposure: { todo: '"Stage B: 7% of documents" names no one share of users' } });
    expect(checks).toEqual([{ name: '1-week', line: 10, length: '1 week' }]);
    expect(unread).toEqual([{ line: 5, why: '"1-week results" stands under a stage' }]);
  });

  it('under another stage is named as not read', () => {
    expect(draftOf(planOf('letters.md')).unread).toEqual([
      { line: 57, why: '"Stage 25: 25% of users" stands under another stage' },
      { line: 69, why: '"| #download | | 0.4 % | |" seems to say a share or a limit' },
    ]);
  });
});

describe('a plan as another team writes it', () => {
  it('gives a draft that is valid apart from its TODOs', () => {
    const text = written(planOf('notion.md'));
    const todos = [...text.matchAll(/(\w+): # TODO/g)].map(([, key]) => key);
    const parsed = parseRelease('document-status', parse(text));
    const missing = 'problems' in parsed ? parsed.problems.map((problem) => String(problem.path.at(-1))) : [];
    expect(new Set(missing)).toEqual(new Set(todos));
    expect(new Set(missing)).toEqual(new Set(['timeZone', 'metric', 'scope', 'endpointTag', 'statusTag', 'tag']));
  });

  it('is read in lists with things indented, in folds and by words for the time of a check', () => {
    const { title, team, toggles, stages, checks, excluded } = draftOf(planOf('notion.md'));
    expect([title, team]).toEqual([
      { value: 'Document Status', line: 1 },
      { value: 'BMT2', line: 3 },
    ]);
    expect(toggles).toEqual([{ name: 'cst_show_document_upload_status', line: 4 }]);
    expect(excluded).toEqual({ value: [401, 403], line: 8 });
    expect(stages.map(({ name, exposure, length }) => [name, exposure, length])).toEqual([
      ['A', { value: 0.25, line: 10 }, { value: '1 week', line: 11 }],
      ['B', { value: 0.5, line: 21 }, { value: '2 weeks', line: 22 }],
      ['C', { value: 1, line: 27 }, undefined],
    ]);
    expect(checks).toEqual([{ name: '7-day', line: 38, length: '7 days' }]);
  });

  it('gives the last stage no length where the plan gives it none, also when it stands twice', () => {
    const sections = '### Stage A: 5% of users\n- Length of time: 1 week\n### Stage B: 50% of users\n';
    const stages = stagesOf(`# Plan\n## Planning\n${sections}## Results\n${sections}`);
    expect(stages.map(({ name, length }) => [name, length])).toEqual([
      ['A', { value: '1 week', line: 4 }],
      ['B', undefined],
    ]);
  });

  it('with planning and results of a stage under headings of their own has that stage once', () => {
    const { stages, unread } = draftOf(
      '# Plan\n## Planning\n### Stage A: 5% of users\n- Length of time: 1 week\n## Results\n### Stage A\n- #a: [FILL_IN]\n### Stage A vs. before\n### 1 week before launch\n### Étape B (50 %)',
    );
    expect(stages).toEqual([
      { name: 'A', line: 3, exposure: { value: 0.05, line: 3 }, length: { value: '1 week', line: 4 } },
    ]);
    expect(unread.map(({ line }) => line)).toEqual([6, 8, 9, 10]);
  });
});

test('a dashboard is linked in HTML, too, and a line of open tags takes no time', () => {
  const address = 'https://x.ddog-gov.com/dashboard/abc';
  const { links, site } = draftOf(
    `# Plan\n\nSee <a class="b" href = "${address}">Board</a>\n\n${'<a href="'.repeat(3000)}`,
  );
  expect(links).toEqual([{ title: 'Board', url: address, line: 3 }]);
  expect(site).toEqual({ value: 'ddog-gov.com', line: 3 });
});

test('whatever the plan, the draft is YAML that says nothing which is not in it', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '## Stage A: 25% of users',
      '- Length of time: 1 week',
      '| Toggle name | |',
      '|---|---|',
      '- "success criteria":',
      '# Plan',
    ),
    hostileText,
    hostileText.map((text) => `| ${text} | ${text} |`),
    hostileText.map((text) => `  - \`${text}\` below 5%`),
    hostileText.map((text) => `## Stage ${text}: 5% of users`),
    hostileText.map((text) => `- [${text}](https://x.ddog-gov.com/dashboard/${text})`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = written(lines.join('\n'));
      expect(Object.keys(parse(text))).toEqual(
        'title team timeZone toggles datadog excludedStatuses endpoints stages checks links plan runbook'.split(' '),
      );
      expect(parse(text).timeZone).toBeNull();
    }),
    { numRuns: 25 },
  );
});

test.each([
  ['# [FILL_IN] Release Plan', false],
  ['# Release Plan Template', false],
  ['# Your Product Name Release Plan', false],
  ['# Canary Rollout Plan', false],
  ['# <Feature> Rollout', false],
  ['# Parcel Status Release Plan', true],
  ['# Release Plan for Form Templates', true],
])('"%s" has a title: %s', (heading, has) => {
  const { title } = draftOf(`\n${heading}\n\n## Stage A: 5% of users`);
  if (has) expect(title).toMatchObject({ line: 2 });
  else expect(title).toEqual({ todo: expect.stringMatching(/^"#?.*" in line 2 has only words of a template$/) });
});

test('who is monitoring is said behind the question or under it, or in the plan of nobody', () => {
  const team = (plan: string) => draftOf(plan).team;
  expect(team('- Who is monitoring the dashboard(s)?: BMT2 Team')).toEqual({ value: 'BMT2', line: 1 });
  expect(team('- Who is monitoring: BMT2')).toEqual({ value: 'BMT2', line: 1 });
  expect(team('- Who is monitoring the dashboard(s)?\n\n  - Ann\n  - Bob')).toEqual({ value: 'Ann, Bob', line: 3 });
  expect(team('- Who is monitoring the dashboard(s)?: [FILL_IN]')).toEqual({
    todo: 'no line was read that says who is monitoring',
  });
});

test('a week of a schedule is no check', () => {
  const { checks, unread } = draftOf('## Week 1\n- Day 1-2: 10% of users\n## After launch\n### Week 1\n');
  expect(checks).toEqual([{ name: '1-week', line: 4, length: '1 week' }]);
  expect(unread).toContainEqual({
    line: 1,
    why: '"Week 1" may be a week of the rollout: line 2 has a share of users',
  });
});
