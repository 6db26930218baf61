import { draftOf } from '../../../lib/plan/draft/draft';

const leftIn = (plan: string) => draftOf(plan).unread.filter(({ why }) => why.includes('seems to'));
const STAGES = '## Stage A: 25% of users\n- Length of time: 1 week\n## Stage B: 100% of users\n';

describe('what nothing was read from is named', () => {
  it.each([
    ['Roll back if more than 2% of requests fail', 'say a limit'],
    ['- `#a` error rate ≤ 0,5 %', 'say a limit'],
    ['- [ ] p95 < 800 ms', 'say a limit'],
    ['| #a | p95 | under 2 s |', 'say a limit'],
    ['Stop at fewer than 3 tickets', 'say a limit'],
    ['No more than 1 in 200 may fail', 'say a limit'],
    ['* Tue 3 Mar: 5%', 'say a share or a limit'],
    ['Stufe 1: 5 % der Nutzer', 'say a share or a limit'],
    ['10 percent of tenants', 'say a share or a limit'],
    ['Pilot: 2 of 170 facilities', 'say a share or a limit'],
    ['Sites at 10%: [FILL_IN]', 'say a share or a limit'],
    ['Then half of all users, for a week', 'say a share or a limit'],
    ['Two tenths of the Veterans first', 'say a share or a limit'],
    ['A third of our traffic', 'say a share or a limit'],
    ['**Kill switch**: `letters_off`', 'name a kill switch'],
    ['Flag: letters_v2', 'name a flag'],
  ])('%s', (line, what) => {
    expect(leftIn(`${STAGES}\n${line}\n`)).toEqual([{ line: 5, why: expect.stringContaining(`" seems to ${what}`) }]);
  });

  it.each([
    'Percentage of users: 25%',
    '25% seems a safe start.',
    'A quarter of users seems a safe start.',
    'Half of the team is on leave.',
    '- "success criteria": \\[use your own, like *`#a` error rate < 5%*\\]',
    'Kill switch: TBD',
    'The flag is on for 2 weeks, at most.',
    '- Length of time: <2 weeks',
    'Success criteria:\n- `#a` below 5%',
    '```\n#a < 5%\n```',
    '## Results\n- #a: 0.3 %',
  ])('and not what says nothing more, advises or was measured: %s', (line) => {
    expect(leftIn(`${STAGES}\n${line}\n`)).toEqual([]);
  });

  it('and not the lines of stages, unless they say more than one thing', () => {
    const folded = '<details>\n<summary>Stage A: 25% of users</summary>\n\n- Length of time: 1 day\n\n</details>\n';
    expect(leftIn(`${folded}\n## Stage B: 100% of users\n`)).toEqual([]);
    const table = '| Stage | Users | Stop if |\n|---|---|---|\n| A | 5% | > 2% |\n| B | 100% | |\n';
    expect(leftIn(table)).toEqual([{ line: 3, why: '"| A | 5% | > 2% |" seems to say a limit' }]);
    expect(leftIn('## Stage A: 2% of messages\n## Stage B: 100% of users')).toEqual([]);
  });
});
