import { startAnswering } from './answering';

/** A feature's gates, as far as they are not those of one that was never set. */
export interface Gates {
  boolean?: string | null;
  expression?: object | null;
  actors?: string[];
  percentage_of_actors?: string | null;
  percentage_of_time?: string | null;
  groups?: string[];
}

/** Flipper 1.4's HTTP API (lib/flipper/api/v1/actions): values are text or null, lists of text for actors and groups. */
export async function startFlipper(token?: string) {
  const features = new Map<string, Gates>();
  const gatesOf = (gates: Gates) =>
    Object.entries({
      boolean: null,
      expression: null,
      actors: [],
      percentage_of_actors: null,
      percentage_of_time: null,
      groups: [],
      ...gates,
    }).map(([key, value]) => ({ key, name: key, value }));
  const shown = (key: string, gates: Gates) => ({
    key,
    state: gates.boolean === 'true' ? 'on' : Object.keys(gates).length === 0 ? 'off' : 'conditional',
    gates: gatesOf(gates),
  });
  const server = await startAnswering(({ path, authorization }) => {
    if (token !== undefined && authorization !== token) return [401, { code: 401, message: 'Unauthorized' }];
    if (path === '/flipper/api/features')
      return [200, { features: [...features].map(([key, gates]) => shown(key, gates)) }];
    const name = path.startsWith('/flipper/api/features/') ? decodeURIComponent(path.slice(22)) : undefined;
    const gates = name === undefined ? undefined : features.get(name);
    if (!gates) return [404, { code: 1, message: 'Feature not found.', more_info: 'https://example.test' }];
    return [200, shown(name!, gates)];
  });
  return {
    ...server,
    url: `${server.url}/flipper/api`,
    /** Sets a feature as an owner does; a share in percent, text as Flipper keeps it, or gates. */
    set: (name: string, to: string | Gates) =>
      features.set(name, typeof to === 'string' ? { percentage_of_actors: to } : to),
    delete: (name: string) => features.delete(name),
  };
}
