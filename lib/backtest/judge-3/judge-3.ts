import type { Finding } from '../../judge/verdict';
import type { Judging } from '../judging';
import { fittedOnce, judge } from './judge.cjs';

/**
 * Version 3 of the judge, on the facts as they are kept today. It knows nothing of what came after it: traffic, hours that
 * are left out (which are unknown to it), toggles, requests without a status, and `alarm: hourly`.
 */
export function judging3(): Judging {
  const baselineFor = fittedOnce();
  return (release, log, snapshots, hour, options) => {
    const known = { ...release, datadog: { control: release.datadog.toggleOff } };
    const verdict = judge(known, log, snapshots, hour, { ...options, baselineFor });
    const findings = verdict.findings.map(
      ({ control, ...finding }): Finding => ({ ...finding, ...(control && { toggleOff: control }) }),
    );
    return { ...verdict, findings };
  };
}
