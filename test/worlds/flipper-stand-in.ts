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
    if (path === '/flipper/features') return [200, listPage(features)];
    const name = path.startsWith('/flipper/api/features/') ? decodeURIComponent(path.slice(22)) : undefined;
    const gates = name === undefined ? undefined : features.get(name);
    if (!gates) return [404, { code: 1, message: 'Feature not found.', more_info: 'https://example.test' }];
    return [200, shown(name!, gates)];
  });
  return {
    ...server,
    url: `${server.url}/flipper/api`,
    /** Flipper::UI's list. */
    page: `${server.url}/flipper/features`,
    /** Sets a feature as an owner does; a share in percent, text as Flipper keeps it, or gates. */
    set: (name: string, to: string | Gates) =>
      features.set(name, typeof to === 'string' ? { percentage_of_actors: to } : to),
    delete: (name: string) => features.delete(name),
  };
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

/** Flipper::UI's way to make one sentence of several words. */
const sentence = (words: readonly string[]) =>
  words.length < 3 ? words.join(' and ') : `${words.slice(0, -1).join(', ')}, and ${words.at(-1)}`;

/**
 * Flipper::UI 1.4's list page, as far as it matters here: actors stand in attributes, which up to 1.4.2 it does not escape,
 * and an expression is in no words.
 */
function listPage(features: ReadonlyMap<string, Gates>): string {
  const counted = (people: readonly string[], one: string) =>
    people.length === 0
      ? []
      : [
          `<span data-toggle="tooltip" data-placement="bottom" title="${sentence(people)}">${people.length} ${one}${people.length === 1 ? '' : 's'}</span>`,
        ];
  const wordsOf = ({
    boolean,
    actors = [],
    groups = [],
    percentage_of_actors: users,
    percentage_of_time: time,
  }: Gates) =>
    boolean === 'true'
      ? 'Fully Enabled'
      : sentence([
          ...counted(actors, 'actor'),
          ...counted(groups, 'group'),
          ...(Number(users) > 0 ? [`${users}% of actors`] : []),
          ...(Number(time) > 0 ? [`${time}% of time`] : []),
        ]);
  const statusOf = (gates: Gates) =>
    gates.boolean === 'true' || gates.percentage_of_time === '100'
      ? 'On'
      : wordsOf(gates) !== '' || gates.expression
        ? 'Conditional'
        : 'Off';
  const entries = [...features].map(
    ([name, gates]) => `
      <a href="/flipper/features/${encodeURIComponent(name)}" class="list-group-item list-group-item-action">
        <div class="row align-items-center">
          <div class="col-1 text-center">
            <span class="status bg-${statusOf(gates) === 'Off' ? 'danger' : 'success'}" data-bs-toggle="tooltip" title=${statusOf(gates)}></span>
          </div>
          <div class="col-11">
            <div class="text-truncate" style="font-weight: 500">${escaped(name)}</div>
              <div class="text-muted fw-light" style="line-height: 1.4; white-space: initial; padding: 8px 0">
                Was <b>25% of actors</b>, is Fully Enabled
              </div>
            <div class="text-muted text-truncate">
              ${wordsOf(gates)}
            </div>
          </div>
        </div>
      </a>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <title>Features // Flipper</title>
    <meta charset="utf-8">
    <script src="/flipper/js/application.js?a=1&b=2"></script>
    <style>a < b { }</style>
  </head>
  <body class="py-4">
    <!-- <span class="status" title=On></span> -->
    <div class="list-group">
      <h4 class="col m-0">Features</h4>${entries.join('')}
    </div>
    <br />
  </body>
</html>`;
}
