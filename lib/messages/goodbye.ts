import { percent, plain, plural } from '../facts/format';
import { instantText } from '../facts/hour';
import type { LeftRelease } from '../ports';
import { inert } from './chat';

/**
 * The last message of releases that have left their stack: a page while users are exposed, since nobody watches them any
 * more, else a notice. A filter for any of the releases lets it through. `https` gets a chat notification that is no alarm:
 * nothing would ever resolve it.
 */
export function goodbyeOf(stack: string, left: readonly LeftRelease[]) {
  const exposed = left.some(({ stage }) => (stage?.exposure ?? 0) > 0);
  const who = left.length === 1 ? left[0]!.release : plural(left.length, 'release');
  const subject = plain(
    `Stagewatch: ${exposed ? 'users are exposed and not watched' : 'no longer watched'}: ${who}`,
    99,
  );
  const lines = left.map(({ release, stage }) => `  ${release}: ${stateOf(stage)}`);
  const next = exposed
    ? 'If that is not intended, put the folder back under its old name and deploy.'
    : 'Nothing needs to be done.';
  const text = [
    `${left.length === 1 ? 'This release has' : 'These releases have'} left the stack ${stack}:`,
    '',
    ...lines,
    '',
    'No alert and no check-in comes from now on. The history stays.',
    next,
    'See docs/runbook.md#a-release-left-the-stack',
  ].join('\n');
  const chat = {
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title: subject, description: `\`\`\`\n${inert(text)}\n\`\`\`` },
  };
  return {
    subject,
    body: JSON.stringify({ default: text, https: JSON.stringify(chat) }),
    attributes: { severity: exposed ? 'page' : 'notice', release: left.map(({ release }) => release) },
  };
}

function stateOf(stage: LeftRelease['stage']): string {
  if (!stage) return 'no stage was entered';
  const since = `since ${instantText(stage.at)}`;
  const name = plain(stage.stage, 60);
  return stage.exposure > 0
    ? `stage ${name}, ${percent(stage.exposure)} of users ${since}`
    : `no user is exposed ${since}`;
}
