/**
 * How the requests of a series are counted, as the release file says it: which requests, and which of them failed. That is
 * by their status, unless `counters` or `slow` say it.
 */
export interface Measure {
  /** Value of the source's endpoint tag. */
  tag?: string;
  /** In its place, tags that requests have all of. */
  tags?: Readonly<Record<string, string>>;
  /** Pairs that the requests have beside the source's scope, such as `service:claims`. */
  filter?: readonly string[];
  /** Metrics that count the failed requests, and all of them; several are added up. */
  counters?: { readonly errors: readonly string[]; readonly requests: readonly string[] };
  /** Requests are slow over this value of a metric, in its unit. */
  slow?: { readonly metric: string; readonly over: number };
}

/**
 * What is sampled every hour under a name of its own: the requests of an endpoint, all of them or those with the toggle
 * off, and those of the whole scope, which have no measure.
 */
export interface Series extends Measure {
  name: string;
  toggleOff: boolean;
}

/**
 * The name of an endpoint's requests with the toggle off; no endpoint or control has one that ends so.
 *
 * @example toggleOffName('#show') === '#show (toggle off)'
 */
export const toggleOffName = (endpoint: string): string => `${endpoint} (toggle off)`;

/** The name of all requests of the scope, whatever their tags; no endpoint or control has it. */
export const scopeName = '(scope)';

/** The label of the scope's requests, which are not told apart by status. */
export const anyStatus = 'any';
