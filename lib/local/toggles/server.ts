import { type HttpAnswer, type Listening, listen } from '../listen';

/** How the toggles are set: the share of users for whom one is on, a fraction; undefined for one that there is not. */
export type ShareOf = (toggle: string) => number | undefined;

const PLACE = '/flipper/api/features/';

/**
 * A toggle service that answers as Flipper's HTTP API does: gates with text or null. Only who sends `key` as Authorization
 * is let in. `shareOf` is asked at each request.
 */
export function startToggles(shareOf: ShareOf, key: string): Promise<Listening> {
  return listen((request) => {
    if (request.headers.authorization !== key) return json(401, { code: 401, message: 'Unauthorized' });
    const name = request.url?.startsWith(PLACE) ? decodeURIComponent(request.url.slice(PLACE.length)) : undefined;
    const share = name === undefined ? undefined : shareOf(name);
    if (share === undefined) return json(404, { code: 1, message: 'Feature not found.' });
    const gates = Object.entries({
      boolean: null,
      expression: null,
      actors: [],
      percentage_of_actors: share === 0 ? null : String(Number((share * 100).toPrecision(12))),
      percentage_of_time: null,
      groups: [],
    }).map(([gate, value]) => ({ key: gate, name: gate, value }));
    return json(200, { key: name, state: share === 0 ? 'off' : 'conditional', gates });
  });
}

const json = (status: number, content: object): HttpAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(content),
});
