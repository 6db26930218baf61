import type { Member } from '../alert/member';
import type { AlertRecord } from '../alert/record';
import { plain, plural } from '../facts/format';
import type { Release } from '../release/schema';
import { brokenIn } from './open-findings';

/** So many endpoints are named; of the rest only how many they are. */
const NAMED = 3;

/**
 * ASCII, one line, under 100 characters, as SNS wants a subject. It begins with the alarm's state where there is one,
 * since PagerDuty's CloudWatch integration drops a message whose subject says another than its NewStateValue.
 *
 * @example subjectOf(alert, release) // 'ALARM: Document Status - #show broken'
 */
export function subjectOf(alert: AlertRecord, release: Release): string {
  const text = `${kindOf(alert)}: ${plain(release.title)} - ${headlineOf(alert)}`;
  const ascii = text.replace(/[^\x20-\x7e]/g, '?');
  return ascii.length < 100 ? ascii : `${ascii.slice(0, 96)}...`;
}

/** The alarm's state after a page; a notice and a test have none. */
export const stateOf = ({ severity, change }: AlertRecord): 'ALARM' | 'OK' | undefined =>
  severity === 'notice' || change === 'test' ? undefined : change === 'resolved' ? 'OK' : 'ALARM';

export const kindOf = (alert: AlertRecord): 'ALARM' | 'OK' | 'NOTICE' | 'TEST' =>
  stateOf(alert) ?? (alert.change === 'test' ? 'TEST' : 'NOTICE');

/** What happened, in a few words: "#show, #index broken; blind: no data". */
export function headlineOf({ severity, change, reason, notices, open, verdict }: AlertRecord): string {
  if (change === 'test') return 'a test, nothing is wrong';
  if (severity === 'notice') return notices.length === 1 ? 'one notice' : plural(notices.length, 'notice');
  if (change === 'resolved') return `resolved, ${plain(reason, 200)}`;
  const still =
    change === 'firing'
      ? 'broken'
      : verdict.recommendation === 'not exposed'
        ? 'still broken after the roll-back'
        : change === 'worse'
          ? 'worse'
          : 'still broken';
  const order = new Map(
    brokenIn(verdict)
      .map(({ endpoint }, index) => [endpoint, index] as const)
      .toReversed(),
  );
  const place = ({ endpoint }: Member) => (endpoint === undefined ? undefined : order.get(endpoint)) ?? order.size;
  const judged = open.filter(({ unjudged }) => !unjudged);
  const broken = judged
    .filter(({ what }) => what !== 'silent' && what !== 'blind' && what !== 'toggle')
    .toSorted((a, b) => place(a) - place(b));
  return [
    ...(change === 'improved' ? [plain(reason, 60)] : []),
    ...named(broken, still),
    ...named(
      judged.filter(({ what }) => what === 'silent'),
      'silent',
    ),
    ...named(
      open.filter(({ unjudged, what }) => unjudged && what !== 'toggle'),
      'open, but no longer judged',
    ),
    ...(open.some(({ what }) => what === 'toggle') ? ['the toggle is on, though the log says off'] : []),
    ...(open.some(({ what }) => what === 'blind') ? ['blind: no data'] : []),
  ].join('; ');
}

function named(members: readonly Member[], what: string): string[] {
  const names = [...new Set(members.map(({ endpoint }) => plain(endpoint ?? '', 40)))];
  if (names.length === 0) return [];
  const more = names.length > NAMED ? ` and ${plural(names.length - NAMED, 'more endpoint')}` : '';
  return [`${names.slice(0, NAMED).join(', ')}${more} ${what}`];
}
