import type { Member, MemberId } from '../alert/member';
import type { AlertRecord } from '../alert/record';
import { count, plain } from '../facts/format';
import type { Notice, Recommendation, TogglesSaid } from '../judge/verdict';
import type { Release } from '../release/schema';
import { brokenIn, shortRate } from './open-findings';

/** So many endpoints are named, fewer with their rates; of the rest only how many they are. */
const NAMED = 3;
const RATED = 2;
/** SNS takes subjects below 100 characters; a title gives way to what happened, and keeps so many. */
const LONGEST_SUBJECT = 99;
const SHORTEST_TITLE = 20;

/**
 * ASCII, one line, under 100 characters, as SNS wants a subject. It begins with the alarm's state where there is one,
 * since PagerDuty's CloudWatch integration drops a message whose subject says another than its NewStateValue.
 *
 * @example subjectOf(alert, release) // 'ALARM: Document Status - ROLL BACK: #show 2.4 % (baseline 1.2 %)'
 */
export function subjectOf(alert: AlertRecord, release: Release): string {
  const kind = `${kindOf(alert)}: `;
  const roomBeside = (headline: string) => LONGEST_SUBJECT - kind.length - headline.length;
  const [whole, short] = [RATED, 1].map((rated) => ` - ${headlineOf(alert, rated)}`) as [string, string];
  const headline = roomBeside(whole) >= Math.min(SHORTEST_TITLE, plain(release.title).length) ? whole : short;
  const room = roomBeside(headline);
  const text = `${kind}${plain(release.title, Math.max(SHORTEST_TITLE, room))}${headline}`;
  const ascii = text.replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= LONGEST_SUBJECT ? ascii : `${ascii.slice(0, LONGEST_SUBJECT - 3)}...`;
}

/** The alarm's state after a page; a notice and a test have none. */
export const stateOf = ({ severity, change }: AlertRecord): 'ALARM' | 'OK' | undefined =>
  severity === 'notice' || change === 'test' ? undefined : change === 'resolved' ? 'OK' : 'ALARM';

export const kindOf = (alert: AlertRecord): 'ALARM' | 'OK' | 'NOTICE' | 'TEST' =>
  stateOf(alert) ?? (alert.change === 'test' ? 'TEST' : 'NOTICE');

/**
 * The verdict, the endpoints and their rates in a few words: "ROLL BACK: #show 2.4 % (baseline 1.2 %)".
 *
 * @param rated so many endpoints are named with their rates
 */
export function headlineOf(alert: AlertRecord, rated = RATED): string {
  const { severity, change, reason, over = [], verdict } = alert;
  if (change === 'test') return 'a test, nothing is wrong';
  if (severity === 'notice') return noticeHeadline(alert);
  // Of an endpoint with two criteria one may recover.
  const whole = over.filter(({ endpoint }) => !alert.open.some((one) => one.endpoint === endpoint));
  const back = over.every(({ what }) => what === 'blind') ? 'data is back' : `${names(whole)} recovered`;
  if (change === 'resolved') return `RESOLVED: ${over.length === 0 ? plain(reason, 200) : back}`;
  const said = [...openHeadlines(alert, rated), ...(change === 'improved' && whole.length > 0 ? [back] : [])];
  return `${word(verdict.recommendation)}: ${said.join('; ')}`;
}

const word = (recommendation: Recommendation): string => recommendation.toUpperCase();

/** What is open; what is short and about the whole release comes first, so that nothing cuts it off. */
function openHeadlines({ change, open, verdict }: AlertRecord, most: number): string[] {
  const judged = open.filter(({ unjudged }) => !unjudged);
  const isBroken = ({ what }: Member) => what !== 'silent' && what !== 'blind' && what !== 'toggle';
  const broken = judged.filter(isBroken);
  const still = change === 'firing' || change === 'worse' ? '' : 'still ';
  const rated = new Map(
    brokenIn(verdict)
      .filter(({ endpoint }) => broken.some((member) => member.endpoint === endpoint))
      .toReversed()
      .map((finding) => [finding.endpoint, finding]),
  );
  const worst = [...rated.values()].toReversed();
  const unrated = broken.filter(({ endpoint }) => !rated.has(endpoint!));
  const flaps = ({ endpoint }: Pick<MemberId, 'endpoint'>) =>
    broken.some((one) => one.endpoint === endpoint && one.flapping);
  const left = worst.length - most;
  const rates = worst
    .slice(0, most)
    .map((one) => `${plain(one.endpoint, 40)} ${flaps(one) ? 'comes and goes, ' : still}${shortRate(one)}`);
  const after = verdict.recommendation === 'not exposed' && change !== 'firing' ? ' after the roll-back' : '';
  return [
    ...(open.some(({ what }) => what === 'toggle') ? ['the toggle is on, though the log says off'] : []),
    ...(open.some(({ what }) => what === 'blind') ? ['no data'] : []),
    ...(rates.length > 0 ? [`${rates.join(', ')}${left > 0 ? ` and ${count(left)} more` : ''}${after}`] : []),
    ...named(unrated, change === 'firing' ? 'broken' : `still open${rates.length > 0 ? '' : after}`),
    ...named(
      judged.filter(({ what }) => what === 'silent'),
      'silent',
    ),
    ...named(
      open.filter(({ unjudged, what }) => unjudged && what !== 'toggle'),
      'open, but no longer judged',
    ),
  ];
}

const named = (members: readonly MemberId[], what: string): string[] =>
  members.length === 0 ? [] : [`${names(members)} ${what}`];

function names(members: readonly { endpoint?: string }[]): string {
  const all = [...new Set(members.map(({ endpoint }) => plain(endpoint ?? 'the release', 40)))];
  return `${all.slice(0, NAMED).join(', ')}${all.length > NAMED ? ` and ${count(all.length - NAMED)} more` : ''}`;
}

/** What notices say of the endpoints that they name: "#show, #index: more errors than usual". */
const OF_ENDPOINTS: Partial<Record<Notice['kind'], string>> = {
  drift: 'more errors than usual',
  traffic: 'unusual counts',
  past: 'broke and is over',
};

/** What a notice is about, where it is no check-in and names no endpoint. */
const ABOUT: Record<Exclude<Notice['kind'], 'check-in' | 'toggle'>, string> = {
  drift: 'a rate has changed',
  'gap-closed': 'missing data has come',
  traffic: 'rates can no longer be compared',
  past: 'something broke and is over',
  reminder: 'say whether a stage was entered',
  finished: 'finished',
  'clean-up': 'what is left to do with the toggles',
};

const ABOUT_TOGGLE: Record<TogglesSaid['standing'], string> = {
  differs: 'the toggle and the log differ',
  partial: 'the toggle is on for no known share of users',
  unknown: 'the toggle cannot be read',
  agrees: 'one reading of the toggle was contradicted',
};

/** "ADVANCE: stage A passed"; of other notices what they are about. */
function noticeHeadline({ notices, verdict }: AlertRecord): string {
  const [checkIn] = notices.filter(({ kind }) => kind === 'check-in');
  if (checkIn) return checkInHeadline(checkIn, verdict);
  const about = notices.flatMap(({ kind, endpoint }) => {
    if (kind === 'check-in') return [];
    const said = OF_ENDPOINTS[kind];
    if (endpoint !== undefined && said !== undefined)
      return `${names(notices.filter((one) => one.kind === kind && one.endpoint !== undefined))}: ${said}`;
    return kind === 'toggle' ? ABOUT_TOGGLE[verdict.toggles?.standing ?? 'unknown'] : ABOUT[kind];
  });
  return [...new Set(about)].join('; ') || 'a notice';
}

function checkInHeadline({ of, said }: Notice, verdict: AlertRecord['verdict']): string {
  const recommendation = said ?? verdict.recommendation;
  const what = !of ? 'check-in' : 'stage' in of ? `stage ${plain(of.stage, 40)}` : `${plain(of.check, 40)} check`;
  const wasLeft = of && 'stage' in of && said === undefined;
  const [worst] = brokenIn(verdict);
  const broken = worst ? `, ${plain(worst.endpoint, 40)} ${shortRate(worst)}` : '';
  if (wasLeft) return `${what} was left; now ${recommendation}${broken}`;
  if (recommendation === 'advance') return `${word(recommendation)}: ${what} passed`;
  return `${word(recommendation)}: ${what}${broken || (recommendation === 'hold' ? ' not passed yet' : '')}`;
}
