import { plain } from '../facts/format';
import { instantText } from '../facts/hour';
import type { FailingRelease } from '../ports';
import { stackMessage } from './stack-message';

/** That runs of releases fail, since when and why: a notice, since the alarm on failures is the page. */
export const failingRunsOf = (stack: string, failing: readonly FailingRelease[]) =>
  stackMessage(
    'notice',
    failing.map(({ release }) => release),
    'runs fail',
    [
      `Runs of the stack ${stack} fail:`,
      '',
      ...failing.map(
        ({ release, since, reason }) => `  ${release}, since ${instantText(since)}: ${plain(reason, 300)}`,
      ),
      '',
      'What was not sampled or judged is caught up as soon as a run succeeds.',
      'See docs/runbook.md#failures',
    ],
  );
