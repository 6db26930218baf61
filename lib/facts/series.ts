/**
 * What is sampled every hour under a name of its own: the requests of a tag, all of them or those with the toggle off,
 * and those of the whole scope, which have no tag.
 */
export interface Series {
  name: string;
  tag?: string;
  toggleOff: boolean;
}

/** A series of requests that a tag tells from the others. */
export type TaggedSeries = Series & { tag: string };

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
