import { clock, percent, plain } from '../../facts/format';
import { HOUR_MS, hourOf, type Instant, instantText } from '../../facts/hour';
import { localTime } from '../../facts/local-time';
import { OFF, type StageEvent } from '../../facts/stage';
import type { ToggleFacts } from '../../facts/toggle';
import { commandText } from '../../release/command-text';
import type { Release } from '../../release/schema';
import { countingToggles } from '../../release/toggles/exposed-share';
import type { Notice, TogglesSaid } from '../verdict';
import { percentWord } from './followed';
import { changeSince, type Joint, jointOf } from './joint';

/** What is compared with the toggles. */
type Compared = Pick<
  Release,
  'name' | 'home' | 'toggles' | 'exposed' | 'stages' | 'timeZone' | 'alerts' | 'toggleService'
>;

/**
 * How the toggles are set, and whether the log says the same. What is not known to be as the log says holds an advance; a
 * toggle that cannot be read does so once it was not for as long as data may be missing.
 *
 * @param log as it was when the toggles were read
 */
export function togglesSaid(release: Compared, wholeLog: readonly StageEvent[], facts: ToggleFacts): TogglesSaid {
  // What a log line says, it says of its own instant.
  const counting = facts.toggles.filter(({ toggle }) => countingToggles(release).includes(toggle));
  const at = Math.min(facts.at, ...counting.map((fact) => fact.at));
  const joint = jointOf(release, facts);
  const log = wholeLog.filter((event) => event.at <= at);
  const last = log.at(-1);
  const others = othersText(release, facts);
  const shown = { at, toggles: facts.toggles.map(({ toggle, state }) => ({ toggle, ...state })) };
  const dayOf = (instant: Instant) => localTime(instant, release.timeZone).date;
  const blindMs = release.alerts.blindAfter * HOUR_MS;
  if (wholeLog.length > log.length) {
    const newest = wholeLog.at(-1)!.at;
    const isLong = facts.at - newest >= blindMs;
    return {
      ...shown,
      standing: 'unknown',
      said: `the toggles were read before the newest entry of the log${isLong ? ' only, so nobody knows whether they are as it says' : ''}`,
      holds: isLong,
      ...(isLong && { notice: `unread/${instantText(newest)}` }),
    };
  }
  if (joint.kind === 'unknown') {
    const { why, seen } = joint;
    const isLong = seen === undefined || facts.at - seen >= blindMs;
    return {
      ...shown,
      standing: 'unknown',
      said: [why, ...others].join('; '),
      holds: isLong,
      // Once a day, where it can be read now and then.
      ...(isLong && { notice: `unknown/${seen === undefined ? 'never' : dayOf(seen)}` }),
    };
  }
  const isOff = last !== undefined && last.exposure === 0 && log.some(({ exposure }) => exposure > 0);
  const isOn = joint.kind === 'partial' || joint.exposure > 0;
  const isFollowed = release.toggleService?.follow === true;
  const isReentry = isOff && isFollowed && wasOffSince(joint, last.at);
  const onSince = isOff && isOn && !isReentry ? { onSince: hourOf(last.at) } : {};
  if (joint.kind === 'partial')
    return {
      ...shown,
      standing: 'partial',
      said: [joint.why, ...others].join('; '),
      holds: true,
      ...onSince,
      notice: `partial/${joint.why}`,
    };
  const { exposure } = joint;
  const known = { ...shown, exposure, ...(joint.unsure && { unsure: true as const }), ...onSince };
  if (exposure === (last?.exposure ?? 0)) {
    const contradicted = isFollowed ? contradictedText(release, facts) : undefined;
    return {
      ...known,
      standing: 'agrees',
      said: [
        ...(contradicted
          ? [
              `${contradicted}; if it is true, say so: ${commandText(release, 'stage', 'enter', 'STAGE', '--at', 'WHEN')}`,
            ]
          : []),
        ...others,
      ].join('; '),
      holds: false,
      ...(contradicted && { notice: `contradicted/${dayOf(facts.at)}` }),
    };
  }
  if (joint.unsure && isFollowed)
    return {
      ...known,
      standing: 'differs',
      said: [unsureText(release, joint), ...others].join('; '),
      holds: true,
    };
  return {
    ...known,
    standing: 'differs',
    said: [differenceText(release, last, joint, at), ...others].join('; '),
    holds: true,
    notice: `differs/${last ? instantText(last.at) : 'never'}/${percentWord(exposure)}`,
  };
}

/** Whether one reading says that users are exposed again, after others that read the roll-back: the next one enters it. */
const wasOffSince = (joint: Joint, off: Instant): boolean =>
  joint.kind === 'known' &&
  joint.unsure === true &&
  (changeSince(joint, off)?.after ?? Number.NEGATIVE_INFINITY) >= off;

/**
 * Whether one reading says that the toggles were changed, and the next one enters or contradicts it. Until then it holds,
 * and is no news: it may be the advance that was recommended.
 */
export const awaitsReading = (said: TogglesSaid | undefined): boolean =>
  said?.standing === 'differs' && said.notice === undefined;

/** At once, and once: what the log has to say, or what nobody can know. A toggle that is on after all is a page. */
export const toggleNotices = ({ said, notice, onSince }: TogglesSaid): Notice[] =>
  notice === undefined || onSince !== undefined
    ? []
    : [{ key: `toggle/${notice}`, kind: 'toggle', text: said, atOnce: true }];

const sharesText = (release: Compared, { known }: Pick<Extract<Joint, { kind: 'known' }>, 'known'>): string => {
  const names = countingToggles(release);
  return known.map(({ share }, index) => `toggle ${plain(names[index]!, 100)} is at ${percent(share)}`).join(' and ');
};

const unsureText = (release: Compared, joint: Extract<Joint, { kind: 'known' }>): string =>
  `${sharesText(release, joint)} by one reading, which is entered once another says the same`;

/** What one reading said of a toggle that counts, and the next ones did not. */
function contradictedText(release: Compared, { toggles }: ToggleFacts): string | undefined {
  const texts = toggles
    .filter(({ toggle }) => countingToggles(release).includes(toggle))
    .flatMap(({ toggle, known }) => {
      if (!known?.contradicted) return [];
      const { share, at } = known.contradicted;
      return [
        `toggle ${plain(toggle, 100)} was at ${percent(share)} by one reading, ${clock(at, release.timeZone)}, and at ${percent(known.share)} before and after it, so nothing was entered`,
      ];
    });
  return texts.length > 0 ? texts.join('; ') : undefined;
}

function differenceText(
  release: Compared,
  last: StageEvent | undefined,
  joint: Extract<Joint, { kind: 'known' }>,
  at: Instant,
): string {
  const { timeZone } = release;
  const reaches = joint.share === joint.exposure ? '' : `, which are ${percent(joint.exposure)} of users`;
  const says = !last
    ? 'no stage was entered'
    : last.exposure === 0
      ? `the log says ${OFF} since ${clock(last.at, timeZone)}`
      : `the log says stage ${plain(last.stage, 40)}, ${percent(last.exposure)} of users since ${clock(last.at, timeZone)}`;
  const change = changeSince(joint, last?.at ?? Number.NEGATIVE_INFINITY);
  const when = !change
    ? ''
    : change.after === change.by
      ? ` since ${clock(change.by, timeZone)}`
      : `; it changed between ${clock(change.after, timeZone)} and ${clock(change.by, timeZone)}`;
  return `${says}, but ${sharesText(release, joint)}${reaches}${when}. Set the toggle as the log says${joint.share === undefined ? '' : `, or say what happened: ${entryCommand(release, last, joint.share, change?.by ?? at)}`}`;
}

function entryCommand(release: Compared, last: StageEvent | undefined, share: number, at: Instant): string {
  const { stages } = release;
  const planned = stages.find((one) => one.exposure === share);
  const stage =
    share === 0 ? OFF : (planned?.name ?? stages.find(({ name }) => name === last?.stage)?.name ?? stages[0]!.name);
  const other = share === 0 || planned ? [] : ['--exposure', percentWord(share)];
  return commandText(release, 'stage', 'enter', stage, ...other, '--at', instantText(Math.floor(at / 60_000) * 60_000));
}

/** What the toggles that do not count are set to, where it is not what the others are. */
function othersText(release: Compared, { toggles }: ToggleFacts): string[] {
  const counting = countingToggles(release);
  const shareOf = (name: string) => toggles.find(({ toggle }) => toggle === name)?.state;
  const [first] = counting.flatMap((name) => {
    const state = shareOf(name);
    return state && 'share' in state ? [state.share] : [];
  });
  return toggles
    .filter(({ toggle }) => !counting.includes(toggle))
    .flatMap(({ toggle, state }) => {
      const name = `toggle ${plain(toggle, 100)}, which does not count,`;
      if ('unknown' in state) return [`${name} cannot be read: ${plain(state.unknown, 200)}`];
      if ('partial' in state) return [`${name} is ${state.partial}`];
      return first === undefined || state.share === first ? [] : [`${name} is at ${percent(state.share)}`];
    });
}
