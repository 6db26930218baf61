import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { readStackSettings } from '../../lib/infra/settings';
import { settingsSchema } from '../../lib/infra/settings-schema';
import { settingsJsonSchema } from '../../scripts/settings-schema';
import { fileOf } from '../worlds/small-release';
import { appOfCdkJson, stackOf } from '../worlds/synthesized';
import { CA_FILE, STRICT, SUBSCRIPTIONS } from './context';

const root = mkdtempSync(path.join(tmpdir(), 'settings-'));
afterAll(() => rmSync(root, { recursive: true }));

function releaseIn(folder: string, name: string) {
  mkdirSync(path.join(root, folder, name), { recursive: true });
  // JSON is YAML.
  writeFileSync(path.join(root, folder, name, 'release.yaml'), JSON.stringify(fileOf()));
}
releaseIn('releases', 'small');
releaseIn('theirs', 'other');

let files = 0;
/** Settings as a file has them. */
function read(content: unknown, context: object = {}) {
  const settings = `settings-${++files}.yaml`;
  writeFileSync(path.join(root, settings), typeof content === 'string' ? content : JSON.stringify(content));
  return readStackSettings(root, { settings, ...context });
}
const namesOf = ({ releases }: { releases: { name: string }[] }) => releases.map(({ name }) => name);

test('without a file everything has its default, and an empty file is one without settings', () => {
  for (const settings of [readStackSettings(root, {}), read('# nothing yet\n')]) {
    const { releases, ...others } = settings;
    expect(namesOf(settings)).toEqual(['small']);
    expect(others).toEqual({
      stack: 'Stagewatch',
      subscriptions: [],
      console: false,
      tags: {},
      terminationProtection: false,
      logRetentionDays: 90,
      fips: false,
      managedPolicies: true,
    });
  }
});

test('what the file says is taken as it is', () => {
  const settings = { stack: 'Ours', subscriptions: SUBSCRIPTIONS, strict: STRICT, tags: { team: 'a' }, fips: true };
  expect(read(settings)).toMatchObject(settings);
});

test('two stacks from one checkout have a file each, and a folder of releases each', () => {
  const theirs = read({ stack: 'Theirs', releases: 'theirs' });
  expect([theirs.stack, namesOf(theirs)]).toEqual(['Theirs', ['other']]);
});

test('-c stack goes before the file, and is held to the same rule', () => {
  expect(read({ stack: 'Ours' }, { stack: 'Pull-17' }).stack).toBe('Pull-17');
  expect(() => read({}, { stack: 'pull/17' })).toThrow('stack - got "pull/17", expected a letter, then letters');
});

test('every kind of alert can be asked for, by what is known of it', () => {
  const filter = {
    severity: ['page', 'notice'],
    status: ['firing', 'worse', 'repeat', 'improved', 'resolved', 'notice', 'test'],
    release: ['small'],
    env: ['eks-prod'],
  };
  const subscriptions = [SUBSCRIPTIONS[0], { protocol: 'https', endpoint: 'https://example.com', filter }];
  expect(read({ subscriptions }).subscriptions).toEqual(subscriptions);
});

const problemsIn = (content: unknown, context?: object): string[] => {
  try {
    read(content, context);
  } catch (error) {
    const [head, ...problems] = (error as Error).message.split('\n  ');
    expect(head).toMatch(new RegExp(`^settings-\\d+\\.yaml has ${problems.length} problems:$`));
    return problems.sort();
  }
  throw new Error('the settings were taken');
};

test('all that is wrong is said in one error, and no address is repeated in it', () => {
  const subscriptions = [
    'team@example.com',
    { protocol: 'sms', endpoint: '+15550100', raw: true },
    { protocol: 'https', endpoint: 'https://user:hunter2@example.com/' },
    { protocol: 'https', endpoint: 'http://example.com/' },
    { protocol: 'sqs', endpoint: 'https://sqs.us-east-1.amazonaws.com/1/alerts' },
    { protocol: 'email', endpoint: 'team@example.com', filter: {} },
    { protocol: 'email', endpoint: 'team@example.com', filter: { severity: ['critical'], team: ['a'], env: 'prod' } },
    { protocol: 'email', endpoint: 'b@example.com', filter: { status: [], release: ['other'], env: [' '] } },
    { protocol: 'email' },
  ];
  const problems = problemsIn({ colour: 'blue', fips: 'yes', logRetentionDays: 91, subscriptions });
  expect(problems).toEqual(
    [
      'colour - unknown key; check its spelling or take it out',
      'fips - got "yes", expected true or false',
      'logRetentionDays - got 91, expected one of 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
      'subscriptions[0] - got "team@example.com", expected keys and values',
      'subscriptions[1].protocol - got "sms", expected email, https, sqs',
      'subscriptions[1].raw - unknown key; check its spelling or take it out',
      'subscriptions[2].endpoint - expected an https:// address without a password',
      'subscriptions[3].endpoint - expected an https:// address without a password',
      'subscriptions[4].endpoint - expected the ARN of a standard queue',
      'subscriptions[5].filter - got {}, expected lists by severity, status, release, env',
      'subscriptions[6] - stands twice, as subscriptions[5]',
      'subscriptions[6].filter.env - got "prod", expected a list of environments',
      'subscriptions[6].filter.severity[0] - got "critical", expected page, notice',
      'subscriptions[6].filter.team - unknown key; check its spelling or take it out',
      'subscriptions[7].filter.env[0] - got " ", expected text',
      'subscriptions[7].filter.release - got "other", expected small',
      'subscriptions[7].filter.status - got [], expected a list of changes',
      'subscriptions[8].endpoint - expected an e-mail address',
    ].sort(),
  );
});

test('one subscription must be without a filter: the alarms about Stagewatch itself would reach nobody', () => {
  const filtered = SUBSCRIPTIONS.map((one) => ({ ...one, filter: { severity: ['page'] } }));
  expect(problemsIn({ subscriptions: filtered })).toEqual([
    'subscriptions - got a filter in each, expected one without: alarms about Stagewatch itself pass no filter',
  ]);
});

test.each([
  [{ strict: true }, 'strict - got true, expected keys and values'],
  [{ strict: { ...STRICT, subnetIds: [] } }, 'strict.subnetIds - got [], expected a list of subnet-...'],
  [{ strict: { ...STRICT, vpcId: 'the-vpc' } }, 'strict.vpcId - got "the-vpc", expected vpc-...'],
  [{ strict: { ...STRICT, keys: true } }, 'strict.keys - unknown key; check its spelling or take it out'],
  [{ notify: true }, 'notify - got true, expected keys and values'],
  [{ notify: { fax: {} } }, 'notify.fax - unknown key; check its spelling or take it out'],
  [{ notify: { slack: null } }, 'notify.slack - got nothing, expected keys and values'],
  [
    { notify: { slack: { host: 'example.com' } } },
    'notify.slack.host - got "example.com", expected slack.com, slack-gov.com',
  ],
  [{ permissionsBoundary: 'Boundary' }, 'permissionsBoundary - got "Boundary", expected a managed policy\'s ARN'],
  [{ iamPath: 'teams' }, 'iamPath - got "teams", expected a path such as /teams/stagewatch/'],
  [{ iamNamePrefix: 'a b' }, 'iamNamePrefix - got "a b", expected at most 32 letters, digits or any of +=,.@_-'],
  [
    { iamNamePrefix: 'x'.repeat(33) },
    `iamNamePrefix - got "${'x'.repeat(33)}", expected at most 32 letters, digits or any of +=,.@_-`,
  ],
  [
    { alertTopicArn: 'arn:aws:sns:us-east-1:111111111111:pages.fifo' },
    'alertTopicArn - got "arn:aws:sns:us-east-1:111111111111:pages.fifo", expected the ARN of a standard topic',
  ],
  [
    { kmsKeys: { logs: 'alias/logs' } },
    'kmsKeys.logs - got "alias/logs", expected a key\'s ARN, arn:...:kms:REGION:ACCOUNT:key/ID; not an alias',
  ],
  [{ kmsKeys: { disks: 'a' } }, 'kmsKeys.disks - unknown key; check its spelling or take it out'],
  [{ proxy: { url: 'proxy:3128' } }, 'proxy.url - expected http://HOST:PORT, without a user and a password'],
  [
    { proxy: { url: 'http://pat:hunter2@proxy:1' } },
    'proxy.url - expected http://HOST:PORT, without a user and a password',
  ],
  [
    { proxy: { url: 'http://proxy:1', noProxy: [] } },
    'proxy.noProxy - got [], expected a list of hosts, .domains or addresses',
  ],
  [
    { proxy: { url: 'http://proxy:1', noProxy: ['a,b'] } },
    'proxy.noProxy[0] - got "a,b", expected a host, .domain or address',
  ],
  [{ proxy: { url: 'http://proxy:65536' } }, 'proxy.url - expected http://HOST:PORT, without a user and a password'],
  [{ caFile: 'none.pem' }, `caFile - got ENOENT for ${path.join(root, 'none.pem')}, expected a file of certificates`],
  [{ subscriptions: {} }, 'subscriptions - got {}, expected a list of { protocol, endpoint, filter? }'],
  [{ tags: { team: 7 } }, 'tags.team - got 7, expected text; put it into quotes'],
])('%j is refused', (content, problem) => {
  expect(problemsIn(content)).toEqual([problem]);
});

describe('a file of certificates', () => {
  const certificate = readFileSync(CA_FILE, 'utf8');
  const withFile = (text: string) => {
    writeFileSync(path.join(root, 'ca.pem'), text);
    return { caFile: 'ca.pem' };
  };

  test('is found from the settings file, with any number of them and words between', () => {
    expect(read(withFile(`# agency\n${certificate}\n# again\n${certificate}`)).caFile).toBe(path.join(root, 'ca.pem'));
  });

  test.each([
    ['', 'got no certificate in it, expected some in PEM'],
    [`${certificate}${certificate.replace('MII', 'AAA')}`, 'got certificate 2 that cannot be read, expected PEM'],
    [
      `${certificate}-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----`,
      'got a private key in it, expected certificates only; take it out, since the file is uploaded',
    ],
  ])('is refused if it could do nothing, or harm', (text, problem) => {
    expect(problemsIn(withFile(text))).toEqual([`caFile - ${problem}`]);
  });
});

test('what stood in cdk.json is not lost in silence, and neither is a file of another name', () => {
  expect(problemsIn({}, { subscriptions: [], strict: STRICT })).toEqual([
    'strict - got it in the context of cdk.json, expected it here; move it',
    'subscriptions - got it in the context of cdk.json, expected it here; move it',
  ]);
  expect(() => readStackSettings(root, { settings: 'none.yaml' })).toThrow('got no such file');
  expect(() => read('stack: [')).toThrow('cannot be read - got');
});

test('the JSON Schema that editors use is the one that the parser uses; run "npm run schema" to renew it', () => {
  const kept = readFileSync(path.join(__dirname, '..', '..', 'docs', 'settings.schema.json'), 'utf8');
  expect(kept).toBe(settingsJsonSchema());
});

// Made once and outside of the tests: synth is slow.
const BOUNDARY = 'arn:aws-us-gov:iam::111111111111:policy/Boundary';
const stack = stackOf(appOfCdkJson(), {
  tags: { team: 'claims' },
  terminationProtection: true,
  logRetentionDays: 1096,
  fips: true,
  permissionsBoundary: BOUNDARY,
  iamPath: '/teams/claims/',
  managedPolicies: false,
  strict: { ...STRICT, securityGroupIds: ['sg-0123456789abcdef0'] },
});
const template = Template.fromStack(stack);
const strict = Template.fromStack(stackOf(appOfCdkJson(), { strict: STRICT }));

test('each line of it has its effect on the template', () => {
  expect(stack.terminationProtection).toBe(true);
  // CloudFormation hands the tags of a stack on to its resources.
  expect(stack.tags.tagValues()).toEqual({ team: 'claims' });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 1096 });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ AWS_USE_FIPS_ENDPOINT: 'true' }) },
    VpcConfig: { SubnetIds: STRICT.subnetIds, SecurityGroupIds: ['sg-0123456789abcdef0'] },
  });
  template.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: BOUNDARY, Path: '/teams/claims/' });
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
  expect(Object.keys(template.toJSON().Outputs).join()).not.toContain('Policy');
});

test('no setting is without a default or a word in docs/deploy.md', () => {
  const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'deploy.md'), 'utf8');
  for (const key of Object.keys(settingsSchema.shape)) expect(text).toContain(`| \`${key}\` |`);
});

test('nothing has a name of its own, so that any number of stacks fit into an account', () => {
  const { Resources } = strict.toJSON();
  const named = Object.values<{ Type: string; Properties?: object }>(Resources).flatMap(({ Type, Properties = {} }) =>
    Object.entries(Properties).flatMap(([key, value]) =>
      /Name$/.test(key) && !['MetricName', 'PolicyName'].includes(key) && typeof value === 'string'
        ? [`${Type} ${key}`]
        : [],
    ),
  );
  expect(named).toEqual([]);
});
