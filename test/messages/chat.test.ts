import { chatOf } from '../../lib/messages/chat';
import { markdownProblems } from '../worlds/formats';
import { NIGHT, RELEASE } from '../worlds/night';

const page = (alert: (typeof NIGHT)[keyof typeof NIGHT]) => {
  const notification = chatOf(alert, RELEASE);
  if (!('AlarmName' in notification)) throw new Error('no alarm');
  return notification;
};

describe('the chat notification', () => {
  it('has the lines of the e-mail in a block, but for the addresses, which are its next steps', () => {
    const { description, nextSteps, title } = chatOf(NIGHT['first-firing'], RELEASE).content;
    expect(title).toBe(':rotating_light: `Document Status: ROLL BACK: #show 2.4 % (baseline 1.2 %)`');
    expect(description).toMatch(/^```\nWhat {4}#show is not consistent with the baseline\n/);
    expect(description).toMatch(/\n```$/);
    expect(description).not.toContain('https://');
    const [toggle] = RELEASE.toggles;
    expect(nextSteps).toContain(`Turn off \`${toggle!.name}\`: ${toggle!.link}`);
    expect(nextSteps.at(-3)).toMatch(
      /^Errors of `#show`: https:\/\/app\.ddog-gov\.com\/apm\/traces\?query=\S+&amp;start=\d+/,
    );
    expect(nextSteps.at(-2)).toMatch(/^Traces of `#show`: https:/);
    expect(nextSteps.at(-1)).toMatch(
      /^Dashboard: https:\/\/vagov.ddog-gov.com\/.*\?from_ts=\d+&amp;to_ts=\d+&amp;live/,
    );
  });

  it('is whole up to 2,800 characters, of the 3,000 that Slack takes, and ends in dots at one more', () => {
    const [notice] = NIGHT['check-in'].notices;
    const describedWith = (characters: number) => {
      const ready = [...Array(19).fill('x'.repeat(70)), 'x'.repeat(characters)];
      return chatOf({ ...NIGHT['check-in'], notices: [{ ...notice!, ready }] }, RELEASE).content.description;
    };
    const fences = '```\n'.length + '```'.length;
    const room = 2800 + fences - describedWith(1).length + 1;
    expect(describedWith(1)).toMatch(/x\n```$/);
    expect(room).toBeLessThan(71);
    expect(describedWith(room)).toHaveLength(2800 + fences);
    expect(describedWith(room)).toMatch(/x\n```$/);
    expect(describedWith(room + 1)).toMatch(/\n\.\.\.\n```$/);
  });

  it('ends between two lines where escaping makes it longer than a chat shows', () => {
    const notices = [{ key: 'k', kind: 'drift' as const, text: `${'&'.repeat(9)} `.repeat(90) }];
    const { description } = chatOf({ ...NIGHT['check-in'], notices }, RELEASE).content;
    expect(description.length).toBeGreaterThan(2000);
    expect(description.length).toBeLessThanOrEqual(3000);
    expect(markdownProblems(description)).toEqual([]);
    expect(description).toMatch(/(&amp;)+\n\.\.\.\n```$/);
  });

  it('is one thread from firing to resolved', () => {
    const { 'first-firing': firing, worse, repeat, resolved } = NIGHT;
    const threads = [firing, worse, repeat, resolved].map((alert) => chatOf(alert, RELEASE).metadata.threadId);
    expect(new Set(threads).size).toBe(1);
    expect(new Set([firing, worse, repeat, resolved].map((alert) => chatOf(alert, RELEASE).id)).size).toBe(4);
  });

  it('can be filtered and answered by what it says of itself', () => {
    expect(chatOf(NIGHT.worse, RELEASE).metadata).toMatchObject({
      eventType: 'stagewatch-worse',
      additionalContext: { release: 'document-status', env: 'eks-prod', stage: 'B', recommendation: 'roll back' },
    });
  });
});

describe('the alarm in it', () => {
  it('is one a release, and its OK follows its ALARM', () => {
    const { 'first-firing': firing, worse, resolved } = NIGHT;
    expect([firing, worse, resolved].map((alert) => page(alert).AlarmName)).toEqual(
      new Array(3).fill('stagewatch document-status'),
    );
    expect([firing, worse, resolved].map((alert) => [page(alert).OldStateValue, page(alert).NewStateValue])).toEqual([
      ['OK', 'ALARM'],
      ['ALARM', 'ALARM'],
      ['ALARM', 'OK'],
    ]);
    expect(page(firing).StateChangeTime).toBe('2026-02-13T19:20:00.000+0000');
    expect(page(firing).NewStateReason).toMatch(/^ROLL BACK: #show 2\.4 % \(baseline 1\.2 %\)\. #show: 2\.43 %/);
  });

  it('is not there in a notice, which must close nothing', () => {
    expect(chatOf(NIGHT['check-in'], RELEASE)).not.toHaveProperty('NewStateValue');
  });
});

describe('the rules that the tests hold it to', () => {
  it.each([
    'Toggle <!channel>',
    'Toggle <https://evil.example|x>',
    'see *bold*',
    '_it_',
    'a & b',
    '`code` and ` more',
    '```\nx ` y\n```',
    'Runbook [x](https://evil.example)',
    '\u202e',
    'https://x.example/*a*',
  ])('refuse %j', (markdown) => {
    expect(markdownProblems(markdown)).not.toEqual([]);
  });

  it.each([
    'Runbook: `*a* &lt;!channel&gt;`',
    '```\n*a* [x](y)\n```',
    'Dashboard: https://x.example/?a=1&amp;b=2#c_d_',
  ])('allow %j', (markdown) => {
    expect(markdownProblems(markdown)).toEqual([]);
  });
});
