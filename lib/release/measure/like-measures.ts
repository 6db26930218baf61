import type { Measure } from '../../facts/series';
import type { Release } from '../schema';

type Control = Release['controls'][number];

/**
 * The control endpoints that tell an endpoint what the upstream does: those whose share is of the same kind. Requests that are
 * slow say nothing of requests that fail.
 */
export const controlsFor = ({ controls }: Pick<Release, 'controls'>, { slow }: Measure): Control[] =>
  controls.filter((one) => (one.slow === undefined) === (slow === undefined));

/** Whether an endpoint's requests are a part of the scope's by themselves: another metric or filter counts others. */
export const isPartOfScope = ({ counters, slow, filter }: Measure): boolean => !counters && !slow && !filter;
