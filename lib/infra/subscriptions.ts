import type { AlertRecord } from '../alert/record';

/** Someone or something that alerts are sent to, as the context "subscriptions" of cdk.json says it. */
export interface AlertSubscription {
  readonly protocol: 'email' | 'https' | 'sqs';
  /** An e-mail address, an https:// address, or the ARN of a queue. */
  readonly endpoint: string;
  /** Lets through only the alerts that have one of the values in each attribute. */
  readonly filter?: Readonly<Partial<Record<Attribute, readonly string[]>>>;
}

type Attribute = 'severity' | 'status' | 'release' | 'env';

// Typed by the domain, so that a new kind of alert cannot be forgotten here.
const SEVERITIES = { page: true, notice: true } satisfies Record<AlertRecord['severity'], true>;
const STATUSES = {
  firing: true,
  worse: true,
  repeat: true,
  improved: true,
  resolved: true,
  notice: true,
  test: true,
} satisfies Record<AlertRecord['change'], true>;

const ENDPOINTS = {
  email: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, expected: 'an e-mail address' },
  https: { pattern: /^https:\/\/[^\s/@]+(\/\S*)?$/, expected: 'an https:// address without a password' },
  sqs: { pattern: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/, expected: 'the ARN of a standard queue' },
};

/**
 * Reads the context "subscriptions": a list of `{ protocol, endpoint, filter? }`, or nothing, when people subscribe by
 * hand. Alarms about Stagewatch itself come from CloudWatch without attributes and pass no filter, so one subscription
 * must be without.
 *
 * @param releases names that a filter may have
 * @throws Error that lists every problem
 */
export function readSubscriptions(context: unknown, releases: readonly string[]): AlertSubscription[] {
  if (context === undefined) return [];
  if (!Array.isArray(context)) {
    throw new Error(
      `subscriptions - got ${shown(context)}, expected a list of { protocol, endpoint, filter? }; correct it in cdk.json`,
    );
  }
  const problems = context.flatMap((one, index) =>
    problemsOf(one, releases).map((text) => `subscriptions[${index}]${text}`),
  );
  const endpoints = context.map((one) => `${one?.protocol} ${one?.endpoint}`);
  endpoints.forEach((endpoint, index) => {
    if (endpoints.indexOf(endpoint) < index)
      problems.push(`subscriptions[${index}] - stands twice, as subscriptions[${endpoints.indexOf(endpoint)}]`);
  });
  if (context.length > 0 && context.every((one) => one?.filter !== undefined)) {
    problems.push(
      'subscriptions - got a filter in each, expected one without: alarms about Stagewatch itself pass no filter',
    );
  }
  if (problems.length > 0) throw new Error(`cdk.json has ${problems.length} problems:\n  ${problems.join('\n  ')}`);
  return context;
}

function problemsOf(one: unknown, releases: readonly string[]): string[] {
  if (!isObject(one)) return [` - got ${shown(one)}, expected { protocol, endpoint, filter? }`];
  const { protocol, endpoint, filter, ...unknown } = one;
  const problems = Object.keys(unknown).map((key) => `.${key} - unknown key, expected protocol, endpoint or filter`);
  if (typeof protocol !== 'string' || !Object.hasOwn(ENDPOINTS, protocol)) {
    problems.push(`.protocol - got ${shown(protocol)}, expected ${Object.keys(ENDPOINTS).join(', ')}`);
  } else {
    const { pattern, expected } = ENDPOINTS[protocol as AlertSubscription['protocol']];
    // What is not an address may be a secret in the wrong place; it is not repeated.
    if (typeof endpoint !== 'string' || !pattern.test(endpoint)) problems.push(`.endpoint - expected ${expected}`);
  }
  return filter === undefined ? problems : [...problems, ...problemsOfFilter(filter, releases)];
}

function problemsOfFilter(filter: unknown, releases: readonly string[]): string[] {
  /** What each attribute may be; undefined for any text. */
  const known: Record<Attribute, readonly string[] | undefined> = {
    severity: Object.keys(SEVERITIES),
    status: Object.keys(STATUSES),
    release: releases,
    env: undefined,
  };
  if (!isObject(filter) || Object.keys(filter).length === 0)
    return [`.filter - got ${shown(filter)}, expected lists of values by ${Object.keys(known).join(', ')}`];
  return Object.entries(filter).flatMap(([attribute, values]) => {
    const at = `.filter.${attribute}`;
    if (!Object.hasOwn(known, attribute)) return [`${at} - unknown key, expected ${Object.keys(known).join(', ')}`];
    if (!Array.isArray(values) || values.length === 0)
      return [`${at} - got ${shown(values)}, expected a list of values`];
    const allowed = known[attribute as Attribute];
    return values
      .filter((value) => (allowed ? !allowed.includes(value) : typeof value !== 'string' || value.trim() === ''))
      .map((value) => `${at} - got ${shown(value)}, expected ${allowed?.join(', ') ?? 'text'}`);
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60));
