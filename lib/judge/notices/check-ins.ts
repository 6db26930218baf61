import { lasting, rateOf } from '../../facts/format';
import { HOUR_MS, HOURS_PER_WEEK, type Hour, hourFrom, hourOf, type Instant, startOf } from '../../facts/hour';
import type { Snapshots } from '../../facts/snapshot';
import { changedHours, launchOf, type StageEvent, stays } from '../../facts/stage';
import { tallyWindow, type Window } from '../../facts/window';
import { checksOf, stageLength } from '../../release/schedule';
import type { Release } from '../../release/schema';
import type { Finding, Notice, Verdict } from '../verdict';

/** Characters of a line that is ready for the plan, which may name hundreds of endpoints. */
export const LONGEST_READY_LINE = 4000;

type Judged = Pick<Verdict, 'hour' | 'stage' | 'recommendation' | 'reason' | 'findings'>;

/**
 * The check-ins that are due, and when the next one is: the planned end of the present stage, the end of every stage that
 * was left, and of a check after the last stage. A check-in that was told already stays among them for a time.
 */
export function checkInsOf(
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  verdict: Judged,
): { due: Notice[]; next: Instant | undefined } {
  const now = startOf(verdict.hour + 1);
  const { stage } = verdict;
  const changed = changedHours(log);
  const due = leftStages(release, log, snapshots, verdict.hour);
  const coming: Instant[] = [];
  const isLast = stage?.name === release.stages.at(-1)!.name;
  if (stage?.plannedEnd !== undefined && !(isLast && release.checks.length > 0)) {
    if (stage.plannedEnd > now) coming.push(stage.plannedEnd);
    else {
      due.push({
        key: `stage/${stage.name}/${stage.since}`,
        kind: 'check-in',
        of: { stage: stage.name },
        until: stage.plannedEnd,
        said: verdict.recommendation,
        text: `stage ${stage.name} has lasted as planned: ${verdict.recommendation}. ${verdict.reason}`,
        window: { name: `stage ${stage.name}`, from: hourFrom(stage.since), to: hourFrom(stage.plannedEnd) },
      });
    }
  }
  for (const { name, stay, end, complete } of checksOf(release, log)) {
    if (!complete) continue;
    if (end > now) coming.push(end);
    else {
      const window = { name: `${name} check`, from: stay.from, to: hourOf(end) };
      due.push({
        key: `check/${name}/${stay.at}`,
        kind: 'check-in',
        of: { check: name },
        until: end,
        text: `${name} check: ${ratesIn(window, release, snapshots, changed)}. ${summary(verdict.findings)}`,
        window,
      });
    }
  }
  return { due, next: coming.length > 0 ? Math.min(...coming) : undefined };
}

/**
 * A check-in for each stage that was left in the last week, for the hours that it had: one that was left early has no other,
 * and neither has one whose planned end passed while nobody looked. A last stage that lasted has its checks.
 */
function leftStages(release: Release, log: readonly StageEvent[], snapshots: Snapshots, newest: Hour): Notice[] {
  const launch = launchOf(log);
  const changed = changedHours(log);
  const checked = release.checks.length > 0 ? release.stages.at(-1)!.name : undefined;
  const all = stays(log);
  return all.flatMap((stay, index): Notice[] => {
    const { stage, at, from, to, exposure } = stay;
    const left = all[index + 1]?.at;
    if (!launch || at < launch.at || exposure === 0 || left === undefined || from >= to) return [];
    if (to <= newest + 1 - HOURS_PER_WEEK) return [];
    const length = stageLength(release, stage);
    const plannedEnd = length === undefined ? undefined : at + length * HOUR_MS;
    const early = plannedEnd !== undefined && left < plannedEnd;
    if (stage === checked && !early) return [];
    const window = { name: `stage ${stage}`, from, to };
    const what = early
      ? `was left after ${lasting(to - from)}, ${lasting(Math.ceil((plannedEnd - left) / HOUR_MS))} before its planned end`
      : `was left after ${lasting(to - from)}`;
    return [
      {
        key: `stage/${stage}/${at}`,
        kind: 'check-in',
        of: { stage },
        until: early ? left : (plannedEnd ?? left),
        text: `stage ${stage} ${what}: ${ratesIn(window, release, snapshots, changed)}`,
        window,
      },
    ];
  });
}

const ratesIn = (window: Window, release: Release, snapshots: Snapshots, changed: ReadonlySet<Hour>): string =>
  release.endpoints
    .map(({ name }) => `${name} ${rateOf(tallyWindow(snapshots.get(name) ?? new Map(), window, release, changed))}`)
    .join(', ');

const summary = (findings: readonly Finding[]) =>
  findings
    .filter((finding) => finding.criterion !== 'ceiling')
    .map((finding) => `${finding.endpoint} ${finding.outcome}`)
    .join(', ');
