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
 * off; its failed requests by error class; and the requests of the whole scope, which have no measure.
 */
export interface Series extends Measure {
  name: string;
  toggleOff: boolean;
  /** Failed requests by their error class, and nothing else. */
  classes?: true;
}

/**
 * The name of an endpoint's requests with the toggle off; no endpoint or control has one that ends so.
 *
 * @example toggleOffName('#show') === '#show (toggle off)'
 */
export const toggleOffName = (endpoint: string): string => `${endpoint} (toggle off)`;

/**
 * The name of an endpoint's errors by class; no endpoint or control has one that ends so.
 *
 * @example classesName('#show') === '#show (error classes)'
 */
export const classesName = (endpoint: string): string => `${endpoint} (error classes)`;

/**
 * The label of requests of a class: a status or the word in its place, which have no space in them, and the name.
 *
 * @example classLabel('500', 'faraday::timeouterror') === '500 faraday::timeouterror'
 */
export const classLabel = (status: string, name: string): string => `${status} ${name}`;

/** @example classOf('500 faraday::timeouterror') // { status: '500', name: 'faraday::timeouterror' } */
export function classOf(label: string): { status: string; name: string } {
  const end = label.indexOf(' ');
  return { status: label.slice(0, end), name: label.slice(end + 1) };
}

/** The name of all requests of the scope, whatever their tags; no endpoint or control has it. */
export const scopeName = '(scope)';

/** Whether a series only explains others: whether it was counted says nothing of whether an endpoint was. */
export const isBeside = (name: string): boolean => name === scopeName || name.endsWith(classesName(''));

/** The label of the scope's requests, which are not told apart by status. */
export const anyStatus = 'any';
