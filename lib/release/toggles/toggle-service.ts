import * as z from 'zod/mini';
import { isLoopback } from '../../facts/loopback.cjs';

/** Where a key may go: https, or plain http on this machine, and no name and password in the address. */
function isSafe(text: string): boolean {
  // The place of a toggle's name is no part of an address.
  const address = text.replaceAll(TOGGLE_PLACE, 'toggle');
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password, hash } = new URL(address);
  const isEncrypted = protocol === 'https:' || (protocol === 'http:' && isLoopback(host));
  return isEncrypted && username === '' && password === '' && hash === '';
}

/** Stands in an address for the name of a toggle. */
export const TOGGLE_PLACE = '{toggle}';

const address = z
  .string()
  .check(
    z.maxLength(500, 'expected at most 500 characters'),
    z.refine(
      isSafe,
      'expected an https:// address without a password in it; http:// only for a server on this machine',
    ),
  );

/** Of the header that has the key. */
const header = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/, "expected a header's name, such as X-Api-Key"));

/** RFC 6901. */
const pointer = z
  .string()
  .check(
    z.maxLength(200, 'expected at most 200 characters'),
    z.regex(/^(\/([^~/]|~[01])*)*$/, 'expected a JSON pointer such as /data/percentage'),
  );

const place = (what: string) =>
  z.string().check(z.regex(/^[\w.~ -]{1,100}$/, `expected the name of ${what}, of letters, digits and _ . ~ -`));

/** The value that means all users: 100 for a percentage, 1 for a fraction, true for a switch. */
const all = z.union(
  [z.number().check(z.gt(0, 'expected a number above 0, or true')), z.literal(true)],
  'expected a number above 0, or true',
);

/** Logs of toggles are searched so far back at most: Datadog keeps them for 15 days unless somebody pays for more. */
const MOST_DAYS = 90;

/** "15 days" → 360 */
const age = z.pipe(
  z.string('expected text such as "15 days"').check(
    z.regex(/^[1-9]\d{0,3} (hour|day)s?$/, 'expected a whole number of hours or days, such as "15 days"'),
    z.refine((text) => hoursIn(text) <= MOST_DAYS * 24, `expected at most ${MOST_DAYS} days`),
  ),
  z.transform(hoursIn),
);

function hoursIn(text: string): number {
  const [count, unit] = text.split(' ');
  return Number(count) * (unit!.startsWith('day') ? 24 : 1);
}

/** What is asked how the release's toggles are set: one section of a kind, a folder each in lib/toggles. */
const kinds = {
  flipper: z.optional(z.strictObject({ url: address, header: z.optional(header) })),
  flipperPage: z.optional(
    z.strictObject({
      url: address,
      header: z.optional(header),
      /** The page has no words for them: beside a share, one is not seen. */
      expressions: z.literal(
        'none',
        'expected none: the page does not show expressions, so say that no toggle has one',
      ),
    }),
  ),
  unleash: z.optional(
    z.strictObject({
      url: address,
      project: z._default(place('a project'), 'default'),
      environment: place('an environment'),
    }),
  ),
  http: z.optional(
    z.strictObject({
      url: address,
      header: z.optional(header),
      /** Where in the answer a list of toggles is, and where in each of them its name. */
      list: z.optional(pointer),
      name: z.optional(pointer),
      /** Where its value is; with a list, in each toggle. */
      value: pointer,
      all,
    }),
  ),
  /** Log lines in the Datadog of the release's source. */
  datadogLogs: z.optional(
    z.strictObject({
      /** Finds the lines of a toggle. */
      query: z.string().check(
        z.minLength(1, 'expected a search that is not empty'),
        z.maxLength(500, 'expected at most 500 characters'),
        z.refine((text) => !/\p{Cc}/u.test(text), 'expected a search without control characters'),
      ),
      /** Where in the attributes of a line its value is. */
      value: pointer,
      all,
      /** Whether a line is written when the toggle changes, or says from time to time how it is set. */
      lines: z.enum(['changes', 'states'], 'expected changes or states'),
      /** Hours; of an older line nobody knows whether it still holds. */
      oldest: age,
    }),
  ),
};

export type ToggleServiceKind = keyof typeof kinds;
export const TOGGLE_SERVICE_KINDS = Object.keys(kinds) as ToggleServiceKind[];

export const toggleService = z.optional(
  z.strictObject({
    ...kinds,
    /** A change of the toggles is entered into the stage log by itself. */
    follow: z._default(z.boolean(), false),
  }),
);

/** How several toggles make one exposure: users with any of them, with all of them, or with the one that is named. */
export const exposedBy = z.optional(z.string().check(z.minLength(1), z.maxLength(200)));

type Problem = (path: (string | number)[], message: string) => void;

/** What is wrong between the toggles of a file, what they are asked of, and what counts as exposed. */
export function toggleServiceProblems(
  toggles: readonly Record<string, unknown>[],
  service: Record<string, unknown> | undefined,
  exposed: unknown,
  problem: Problem,
): void {
  const names = toggles.map(({ name }) => name);
  const choice = ['any', 'all', ...names].join(', ');
  if (exposed !== undefined && exposed !== 'any' && exposed !== 'all' && !names.includes(exposed))
    problem(['exposed'], `got ${exposed}, expected one of ${choice}`);
  if (!service) return;
  const named = TOGGLE_SERVICE_KINDS.filter((kind) => service[kind] !== undefined);
  if (named.length !== 1)
    problem(
      ['toggleService'],
      `got ${named.join(' and ') || 'none'}, expected one of ${TOGGLE_SERVICE_KINDS.join(', ')}`,
    );
  if (names.length === 0) problem(['toggleService'], 'got no toggles to ask it for, expected one at least; name them');
  if (names.length > 1 && exposed === undefined)
    problem(
      ['exposed'],
      `got nothing, expected one of ${choice}: each toggle reaches other users, so say which of them are exposed`,
    );
  const query = (service.datadogLogs as Record<string, unknown> | undefined)?.query;
  if (typeof query === 'string' && !query.includes(TOGGLE_PLACE) && names.length > 1)
    problem(
      ['toggleService', 'datadogLogs', 'query'],
      `got one search for all toggles, expected ${TOGGLE_PLACE} in it`,
    );
  const http = service.http as Record<string, unknown> | undefined;
  if (typeof http?.url !== 'string') return;
  const isEach = http.url.includes(TOGGLE_PLACE);
  if ((http.list === undefined) !== (http.name === undefined))
    problem(['toggleService', 'http'], 'got one of list and name, expected both or none');
  else if (isEach && http.list !== undefined)
    problem(['toggleService', 'http'], `got ${TOGGLE_PLACE} and a list, expected one of them`);
  else if (!isEach && http.list === undefined && names.length > 1)
    problem(
      ['toggleService', 'http', 'url'],
      `got one address for all toggles, expected ${TOGGLE_PLACE} in it, or a list`,
    );
}
