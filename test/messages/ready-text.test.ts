import fc from 'fast-check';
import type { List, Nodes } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { AlertRecord } from '../../lib/alert/record';
import { chatOf } from '../../lib/messages/chat';
import { emailOf } from '../../lib/messages/email';
import { messageOf } from '../../lib/messages/message';
import { readyText } from '../../lib/messages/ready-text';
import { MARKDOWN } from '../../lib/plan/markdown/markup';
import { hostileText } from '../fuzz/hostile-text';
import { problemsOf } from '../worlds/formats';
import { NIGHT, RELEASE } from '../worlds/night';

const { 'check-in': checkIn, 'last-check': lastCheck } = NIGHT;
const withLines = (...ready: string[]): AlertRecord => ({
  ...checkIn,
  notices: checkIn.notices.map((notice) => ({ ...notice, ready })),
});
const kindsIn = (node: Nodes): string[] => [
  node.type,
  ...('children' in node ? node.children.flatMap((child) => kindsIn(child)) : []),
];

describe('what is ready for the plan', () => {
  it('is a list in Markdown with an item for each line, whatever the names in it', () => {
    const anyLine = fc
      .array(
        fc.oneof(hostileText, fc.constantFrom('- a', '1. b', '# c', '+', '===', '2026-02-11 - 2026-02-18', 'word')),
        {
          minLength: 1,
          maxLength: 12,
        },
      )
      .map((names) => `Types of errors logged: ${names.map((name) => `${MARKDOWN.text(name)} (1)`).join(', ')}`);
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 4 }), (ready) => {
        const [heading, ...lines] = readyText(withLines(...ready));
        expect(heading).toBe("For the plan's Results, stage A:");
        const { children } = unified().use(remarkParse).use(remarkGfm).parse(lines.join('\n'));
        expect(children.map(({ type }) => type)).toEqual(['list']);
        expect((children[0] as List).children).toHaveLength(ready.length);
        // Empty comments stand in bare addresses and mentions.
        const others = new Set(kindsIn(children[0]!).filter((kind) => kind !== 'html'));
        expect(others).toEqual(new Set(['list', 'listItem', 'paragraph', 'text']));
      }),
      { numRuns: 50 },
    );
  });

  it('stands in the e-mail as it is stored, and in no message without a check-in', () => {
    const { ready } = lastCheck.notices[0]!;
    const email = emailOf(lastCheck, RELEASE).replace(/\n {2}/g, ' ');
    for (const line of ready!) expect(email).toContain(`\n- ${line}\n`);
    expect(readyText(NIGHT.worse)).toEqual([]);
    expect(emailOf(NIGHT.worse, RELEASE)).not.toContain("plan's Results");
  });

  it('comes last in the chat, as much of it as there is room for', () => {
    const { description } = chatOf(lastCheck, RELEASE).content;
    expect(description.indexOf("plan's Results")).toBeGreaterThan(description.indexOf('\nAlert '));
    const long = chatOf(withLines(...Array(40).fill('x '.repeat(200))), RELEASE).content.description;
    expect(long).toMatch(/\n\.\.\.\n```$/);
    expect(long).toContain('\nAlert ');
    expect(long.length).toBeLessThan(3000);
  });

  it('is in the event line by line, with the window that it is about', () => {
    const { notices } = JSON.parse(JSON.parse(messageOf(lastCheck, RELEASE).body).sqs);
    expect(notices[0]).toMatchObject({
      ready: lastCheck.notices[0]!.ready,
      window: { name: '1-month check', from: '2026-03-04T15:00Z', to: '2026-04-03T15:00Z' },
    });
  });

  it('of more lines than anybody reads leaves a message that each reader takes', () => {
    const huge = withLines(...Array(36).fill('日'.repeat(1000)));
    expect(readyText(huge).at(-1)).toMatch(/^[\d,]+ more lines; the command fill has all$/);
    expect(problemsOf(messageOf(huge, RELEASE))).toEqual([]);
  });
});
