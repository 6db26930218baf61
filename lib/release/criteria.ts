import { percent, plural, points } from '../facts/format';
import type { Criterion, Endpoint, Release } from './schema';

type Kind = 'below' | 'consistentWithBaseline';
type CriterionOf<K extends Kind> = Extract<Criterion, Record<K, unknown>>;

/** An endpoint's own criterion of a kind; undefined when it has none. */
export const criterionOf = <K extends Kind>({ criteria }: Pick<Endpoint, 'criteria'>, kind: K) =>
  criteria.find((criterion) => kind in criterion) as CriterionOf<K> | undefined;

/** Whether any endpoint is compared with its baseline. */
export const comparesWithBaseline = ({ endpoints }: Pick<Release, 'endpoints'>): boolean =>
  endpoints.some((one) => criterionOf(one, 'consistentWithBaseline'));

/** The rate that an endpoint must stay below: its own limit, or the release's ceiling. */
export const limitOf = (release: Pick<Release, 'ceiling'>, endpoint: Pick<Endpoint, 'criteria'>): number =>
  criterionOf(endpoint, 'below')?.below ?? release.ceiling;

/** Requests with which one hour alone can break the endpoint's limit; undefined where only evidence does. */
export const hourlyFrom = (endpoint: Pick<Endpoint, 'criteria'>): number | undefined =>
  criterionOf(endpoint, 'below')?.minRequests;

/** @example limitText({ below: 0.05, alarm: 'hourly', minRequests: 50, whenThin: 'hold' }) === 'below 5 %, also in each hour of 50 requests or more' */
export const limitText = ({ below, minRequests }: CriterionOf<'below'>): string =>
  `below ${percent(below)}${minRequests === undefined ? '' : `, also in each hour of ${plural(minRequests, 'request')} or more`}`;

/**
 * What an endpoint is held to, in a few words; undefined when the release says nothing of it (any more).
 *
 * @example ruleText(release, '#show', 'ceiling') === 'below 5 %'
 */
export function ruleText(
  release: Pick<Release, 'endpoints' | 'ceiling'>,
  name: string,
  kind: string,
): string | undefined {
  const endpoint = release.endpoints.find((one) => one.name === name);
  if (!endpoint) return undefined;
  const own = criterionOf(endpoint, 'below');
  if (kind === 'below' || kind === 'ceiling') return own ? limitText(own) : `below ${percent(release.ceiling)}`;
  const found = kind === 'consistentWithBaseline' && criterionOf(endpoint, kind)?.consistentWithBaseline;
  return found ? `up to ${percent(found.allowed)} and ${points(found.floor)} over the baseline` : undefined;
}
