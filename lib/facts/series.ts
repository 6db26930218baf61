/** What is sampled every hour under a name of its own: the requests of a tag, all of them or those with the toggle off. */
export interface Series {
  name: string;
  tag: string;
  toggleOff: boolean;
}

/**
 * The name of an endpoint's requests with the toggle off; no endpoint or control has one that ends so.
 *
 * @example toggleOffName('#show') === '#show (toggle off)'
 */
export const toggleOffName = (endpoint: string): string => `${endpoint} (toggle off)`;
