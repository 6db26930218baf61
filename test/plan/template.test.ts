import { draftOf } from '../../lib/plan/draft/draft';
import { releaseDraft } from '../../lib/plan/draft/release-draft';
import { todosIn } from '../../lib/plan/draft/survey';
import { fillPlan } from '../../lib/plan/fill/fill';
import { entered, LAUNCH } from '../worlds/moments';
import { knownOf, planOf } from '../worlds/planned-rollout';

import { releaseOf, THREE_STAGES } from '../worlds/small-release';

const template = planOf('../../../releases/release-plan-template.md');

test('the template is read whole, but for what its users have to write and what no plan says', () => {
  const draft = draftOf(template);
  expect(draft.unread).toEqual([]);
  expect(draft.lacks).toEqual([]);
  const todos = todosIn(
    releaseDraft(draft, { folder: 'releases/x', plan: 'release-plan.md', runbook: 'runbook.md' }),
  ).map(({ key }) => key);
  expect(new Set(todos)).toEqual(
    new Set('title team timeZone toggles site metric scope endpointTag statusTag tag'.split(' ')),
  );
});

test('every blank of the template is answered where users were counted and controls are watched', () => {
  const release = releaseOf('template', {
    endpoints: [
      { name: '#index', tag: 'index', criteria: [{ consistentWithBaseline: {} }] },
      { name: '#show', tag: 'show', criteria: [{ below: '5%' }] },
    ],
    controls: [{ name: '#status', tag: 'status' }],
    ...THREE_STAGES,
  });
  const log = [entered(LAUNCH, 'A', 0.05), entered(LAUNCH + 168, 'B', 0.25), entered(LAUNCH + 336, 'C', 1)];
  const { text, blanks } = fillPlan(template, {
    ...knownOf(release, log, LAUNCH + 336 + 721),
    users: 4000,
    incidents: [],
  });
  // The questions at the end have no placeholder.
  const open = blanks.flatMap(({ question, answer }) => ('open' in answer ? [question.slice(0, 16)] : []));
  expect(open).toEqual(['How do the KPIs ', 'What qualitative', 'What technical t']);
  expect(text.replace(/<!--[\s\S]*?-->/g, '')).not.toContain('FILL_IN');
});
