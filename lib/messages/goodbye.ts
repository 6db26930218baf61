import { plain } from '../facts/format';
import { instantText } from '../facts/hour';
import { entryExposureText } from '../judge/toggles/exposure-text';
import type { LeftRelease } from '../ports';
import { stackMessage } from './stack-message';

/**
 * The last message of releases that have left their stack: a page while users are exposed, since nobody watches them any
 * more, else a notice.
 */
export function goodbyeOf(stack: string, left: readonly LeftRelease[]) {
  const exposed = left.some(({ stage }) => (stage?.exposure ?? 0) > 0);
  return stackMessage(
    exposed ? 'page' : 'notice',
    left.map(({ release }) => release),
    exposed ? 'users are exposed and not watched' : 'no longer watched',
    [
      `${left.length === 1 ? 'This release has' : 'These releases have'} left the stack ${stack}:`,
      '',
      ...left.map(({ release, stage }) => `  ${release}: ${stateOf(stage)}`),
      '',
      'No alert and no check-in comes from now on. The history stays.',
      exposed
        ? 'If that is not intended, put the folder back under its old name and deploy.'
        : 'Nothing needs to be done.',
      'See docs/runbook.md#a-release-left-the-stack',
    ],
  );
}

function stateOf(stage: LeftRelease['stage']): string {
  if (!stage) return 'no stage was entered';
  const since = `since ${instantText(stage.at)}`;
  const name = plain(stage.stage, 60);
  return stage.exposure > 0 ? `stage ${name}, ${entryExposureText(stage)} ${since}` : `no user is exposed ${since}`;
}
