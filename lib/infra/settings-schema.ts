import * as z from 'zod/mini';
import type { AlertRecord } from '../alert/record';
import { notifySchema } from '../receivers/notify';

/**
 * The one description of the settings file: it parses it, gives the stack its types and, through
 * scripts/settings-schema.ts, gives editors docs/settings.schema.json.
 */

const matching = (pattern: RegExp, expected: string) =>
  z.string(`expected ${expected}`).check(z.regex(pattern, `expected ${expected}`));

const some = <T extends z.ZodMiniType>(of: T, expected: string) =>
  z.array(of, `expected a list of ${expected}`).check(z.minLength(1, `expected a list of ${expected}`));

// Typed by the domain, so that a new kind of alert cannot be forgotten here.
const SEVERITIES = { page: 'page', notice: 'notice' } satisfies { [S in AlertRecord['severity']]: S };
const CHANGES = {
  firing: 'firing',
  worse: 'worse',
  repeat: 'repeat',
  improved: 'improved',
  resolved: 'resolved',
  notice: 'notice',
  test: 'test',
} satisfies { [C in AlertRecord['change']]: C };
const oneOf = <const T extends Record<string, string>>(values: T) =>
  z.enum(values, `expected ${Object.values(values).join(', ')}`);
const words = matching(/\S/, 'text');

/** What an endpoint must be depends on its protocol; subscriptions.ts says it, and never repeats an address. */
const subscription = z.strictObject({
  protocol: oneOf({ email: 'email', https: 'https', sqs: 'sqs' }),
  endpoint: z.optional(z.unknown()),
  filter: z.optional(
    z
      .strictObject({
        severity: z.optional(some(oneOf(SEVERITIES), 'severities')),
        status: z.optional(some(oneOf(CHANGES), 'changes')),
        release: z.optional(some(words, 'releases')),
        env: z.optional(some(words, 'environments')),
      })
      .check(
        z.refine((one) => Object.keys(one).length > 0, 'got {}, expected lists by severity, status, release, env'),
      ),
  ),
});

const id = (kind: string) => matching(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `${kind}-...`);

/** What a key of the account can be given for. */
export const KEPT = ['topic', 'table', 'queues', 'secrets', 'logs', 'functions', 'schedules'] as const;
export type Kept = (typeof KEPT)[number];

const keyArn = matching(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
  "a key's ARN, arn:...:kms:REGION:ACCOUNT:key/ID; not an alias",
);

const PROXY = 'expected http://HOST:PORT, without a user and a password';
/** What is no such address may have a password in it, and is not repeated. */
const proxyUrl = z
  .string(PROXY)
  .check(z.refine((url) => /^https?:\/\/[a-zA-Z0-9.-]+(:\d{1,5})?\/?$/.test(url) && URL.canParse(url), PROXY));

/** The retentions that CloudWatch Logs takes, from a month on. */
const RETENTIONS = [30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

export const settingsSchema = z.strictObject({
  /** Name of the stack; another one is another stack, with a table of its own. */
  stack: z._default(matching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'a letter, then letters, digits and "-"'), 'Stagewatch'),
  /** Folder of the releases, from the settings file. */
  releases: z._default(words, 'releases'),
  subscriptions: z._default(z.array(subscription, 'expected a list of { protocol, endpoint, filter? }'), []),
  /** Receivers that a function of the stack tells, each by its own. */
  notify: notifySchema,
  /** A dashboard with a widget for each release, by functions of the stack. */
  console: z._default(z.boolean('expected true or false'), false),
  /** On the stack, from which CloudFormation hands them on to its resources. */
  tags: z._default(z.record(words, z.string('expected text; put it into quotes')), {}),
  terminationProtection: z._default(z.boolean('expected true or false'), false),
  logRetentionDays: z._default(
    z.number('expected a number of days').check(
      z.refine((days) => (RETENTIONS as readonly number[]).includes(days), {
        error: ({ input }) => `got ${input}, expected one of ${RETENTIONS.join(', ')}`,
      }),
    ),
    90,
  ),
  /** A topic that there is already, instead of one of the stack. */
  alertTopicArn: z.optional(
    matching(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'the ARN of a standard topic'),
  ),
  /** Keys that there are already, by what they encrypt. */
  kmsKeys: z.optional(
    z.strictObject(
      Object.fromEntries(KEPT.map((kept) => [kept, z.optional(keyArn)])) as Record<
        Kept,
        z.ZodMiniOptional<typeof keyArn>
      >,
    ),
  ),
  /** A forward proxy to everything but what `noProxy` names. */
  proxy: z.optional(
    z.strictObject({
      url: proxyUrl,
      noProxy: z.optional(some(matching(/^[^\s,]+$/, 'a host, .domain or address'), 'hosts, .domains or addresses')),
    }),
  ),
  /** File of certificates that are trusted besides those of Node, from the settings file. */
  caFile: z.optional(matching(/^[\w./\\ :-]+$/, "a file's path, of letters, digits, '.', '_', '-'")),
  /** The function calls AWS by its FIPS endpoints. */
  fips: z._default(z.boolean('expected true or false'), false),
  /** ARN of the managed policy that bounds every role. */
  permissionsBoundary: z.optional(matching(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/, "a managed policy's ARN")),
  /** Path of roles and policies. */
  iamPath: z.optional(matching(/^\/([\w+=,.@-]+\/)+$/, 'a path such as /teams/stagewatch/')),
  /** How the names of roles and policies begin; without it, CloudFormation names them. */
  iamNamePrefix: z.optional(matching(/^[\w+=,.@-]{1,32}$/, 'at most 32 letters, digits or any of +=,.@_-')),
  /** Whether the stack makes the managed policies for people. */
  managedPolicies: z._default(z.boolean('expected true or false'), true),
  /** The function in a network of the account, a customer managed key for all that is kept, and reserved concurrency. */
  strict: z.optional(
    z.strictObject({
      vpcId: id('vpc'),
      /** Private subnets from which Datadog and AWS can be reached. */
      subnetIds: some(id('subnet'), 'subnet-...'),
      /** Instead of a group that lets HTTPS, DNS and the proxy's port out. */
      securityGroupIds: z.optional(some(id('sg'), 'sg-...')),
    }),
  ),
});

export type Settings = z.output<typeof settingsSchema>;
/** Settings as they are asked for: what has a default may be left out. */
export type AskedSettings = z.input<typeof settingsSchema>;
export type Strict = NonNullable<Settings['strict']>;

/** Someone or something that alerts are sent to; its endpoint is what its protocol asks for. */
export type AlertSubscription = Omit<Settings['subscriptions'][number], 'endpoint'> & { endpoint: string };
