import { plain, plural } from '../facts/format';
import { instantText } from '../facts/hour';
import type { FailingRelease } from '../ports';
import { inert } from './chat';

/**
 * That runs of releases fail, since when and why: a notice, since the alarm on failures is the page. A filter for any of
 * the releases lets it through.
 */
export function failingRunsOf(stack: string, failing: readonly FailingRelease[]) {
  const who = failing.length === 1 ? failing[0]!.release : plural(failing.length, 'release');
  const subject = plain(`Stagewatch: runs fail: ${who}`, 99);
  const text = [
    `Runs of the stack ${stack} fail:`,
    '',
    ...failing.map(({ release, since, reason }) => `  ${release}, since ${instantText(since)}: ${plain(reason, 300)}`),
    '',
    'What was not sampled or judged is caught up as soon as a run succeeds.',
    'See docs/runbook.md#failures',
  ].join('\n');
  const chat = {
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title: subject, description: `\`\`\`\n${inert(text)}\n\`\`\`` },
  };
  return {
    subject,
    body: JSON.stringify({ default: text, https: JSON.stringify(chat) }),
    attributes: { severity: 'notice', release: failing.map(({ release }) => release) },
  };
}
