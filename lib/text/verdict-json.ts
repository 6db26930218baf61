import { type Hour, hourText, type Instant, instantText } from '../facts/hour';
import type { Finding, Verdict } from '../judge/verdict';

/**
 * A verdict for machines: hours and instants as ISO text, rates as fractions, evidence as odds; `judgedUpTo` is the end of
 * the newest hour that it knows of.
 */
export function verdictJson({
  hour,
  stage,
  blind,
  leftOut,
  toggles,
  findings,
  notices,
  nextCheckIn,
  ...verdict
}: Verdict) {
  return {
    judgedUpTo: hourText(hour + 1),
    ...verdict,
    ...(stage && {
      stage: {
        ...stage,
        since: instantText(stage.since),
        ...(stage.plannedEnd !== undefined && { plannedEnd: instantText(stage.plannedEnd) }),
      },
    }),
    ...(blind && { blind: { since: hourText(blind.since), hours: blind.hours, reason: blind.reason } }),
    ...(toggles && { toggles: togglesJson(toggles) }),
    ...(leftOut && { leftOut: leftOut.map(windowJson) }),
    ...at('nextCheckIn', nextCheckIn, instantText),
    findings: findings.map(findingJson),
    notices: notices.map((notice) => ({ ...notice, ...(notice.window && { window: windowJson(notice.window) }) })),
  };
}

const togglesJson = ({ at: read, onSince, notice: _, ...toggles }: NonNullable<Verdict['toggles']>) => ({
  at: instantText(read),
  ...toggles,
  ...at('onSince', onSince, hourText),
});

/** A finding for machines. */
export const findingJson = ({ window, since, overSince, silentSince, expectedAt, ...finding }: Finding) => ({
  ...finding,
  window: windowJson(window),
  ...at('since', since, hourText),
  ...at('overSince', overSince, hourText),
  ...at('silentSince', silentSince, hourText),
  ...at('expectedAt', expectedAt, hourText),
});

/** A window for machines. */
export const windowJson = <T extends { from: Hour; to: Hour }>(window: T) => ({
  ...window,
  from: hourText(window.from),
  to: hourText(window.to),
});

/** `{ [name]: text }`, or nothing when there is no such time. */
const at = <T extends Hour | Instant>(name: string, time: T | undefined, text: (time: T) => string) =>
  time === undefined ? {} : { [name]: text(time) };
