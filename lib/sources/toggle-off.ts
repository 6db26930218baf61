import { plain, plural } from '../facts/format';
import type { Sample } from '../facts/snapshot';

/**
 * The sample of an endpoint's requests with the toggle off, given that of all its requests in the same hour. It is
 * unknown when all are, and when it has more requests of a status than all, since it is a part of them.
 */
export function toggleOffSample(toggleOff: Sample, all: Sample): Sample {
  const { endpoint, hour } = toggleOff;
  if (all.kind === 'unknown') return { endpoint, hour, kind: 'unknown', reason: all.reason };
  if (toggleOff.kind === 'unknown') return toggleOff;
  for (const [status, count] of toggleOff.counts) {
    const most = all.counts.get(status) ?? 0;
    if (count > most) {
      const reason = `${plural(count, 'request')} of status ${plain(status, 20)} with the toggle off, but ${most} in all`;
      return { endpoint, hour, kind: 'unknown', reason };
    }
  }
  return toggleOff;
}
