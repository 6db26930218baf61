import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isRollCall, parseTick } from '../../lambdas/sampler/event';
import { checkedSettings, readStackSettings } from '../../lib/infra/settings';
import { readRelease, releaseFolders } from '../../lib/release/read';
import { STRICT, SUBSCRIPTIONS } from '../infra/context';
import { synthesized } from '../worlds/synthesized';

const ROOT = path.join(__dirname, '..', '..');
const OLD = path.join(__dirname, '0.1.0');

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}
interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}
const old = (name: string): Template => JSON.parse(readFileSync(path.join(OLD, `${name}.json`), 'utf8'));
// The release that the old templates were made of.
const releases = [readRelease(path.join(ROOT, 'releases', 'document-status'))];
const today = (props: object = {}): Template => synthesized({ releases, ...props }).toJSON() as Template;

/** What CloudFormation updates in place, by the reference of each type: "Update requires: No interruption". */
const IN_PLACE: Record<string, readonly string[]> = {
  'AWS::EC2::SecurityGroup': ['SecurityGroupEgress'],
  'AWS::Scheduler::Schedule': ['Target'],
  'AWS::Lambda::Function': ['Environment', 'Layers'],
  'AWS::IAM::Policy': ['PolicyDocument'],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument'],
};

const STACKS = [
  ['as it was', old('template'), today()],
  ['strict, with subscriptions', old('strict-template'), today({ strict: STRICT, subscriptions: SUBSCRIPTIONS })],
] as const;

describe.each(STACKS)('a stack of version 0.1.0, %s', (_, before, after) => {
  test('keeps every resource that it had, and nothing of it is replaced', () => {
    const changed = Object.entries(before.Resources).flatMap(([id, { Type, Properties }]) => {
      const now = after.Resources[id];
      if (now?.Type !== Type) return [`${id} - got ${now?.Type ?? 'nothing'}, expected ${Type}`];
      // Alarms and the dashboard hold nothing, and are written anew.
      if (!Properties) return [];
      const keys = new Set([...Object.keys(Properties), ...Object.keys(now.Properties ?? {})]);
      return [...keys]
        .filter((key) => !IN_PLACE[Type]?.includes(key))
        .filter((key) => JSON.stringify(Properties[key]) !== JSON.stringify(now.Properties?.[key]))
        .map((key) => `${id}.${key}`);
    });
    expect(changed).toEqual([]);
    expect(Object.keys(before.Resources).length).toBeGreaterThan(20);
  });

  test('holds its table, topic, secret, keys and logs by the same ids, and they outlive it as before', () => {
    const holding = /^AWS::(DynamoDB::GlobalTable|SNS::Topic|SecretsManager::Secret|KMS::Key|Logs::LogGroup)$/;
    const held = ({ Resources }: Template) => Object.entries(Resources).filter(([, { Type }]) => holding.test(Type));
    expect(held(after)).toEqual(held(before));
    expect(new Set(held(before).map(([, { Type }]) => Type)).size).toBe(5);
  });

  test('has the outputs that it had, with the same values', () => {
    const values = ({ Outputs }: Template) =>
      Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, Value]));
    expect(values(after)).toMatchObject(values(before));
  });

  test('may start a run by its old schedule while it is updated: the event is read', () => {
    const [schedule] = Object.values(before.Resources).filter(({ Type }) => Type === 'AWS::Scheduler::Schedule');
    const { Input } = schedule!.Properties!.Target as { Input: string };
    const at = '2026-02-11T16:20:00Z';
    const event = JSON.parse(Input.replace('<aws.scheduler.scheduled-time>', at));
    expect(isRollCall(event)).toBe(false);
    const { release } = parseTick(event, Date.parse(at));
    expect([release.name, release.endpoints.length]).toEqual(['document-status', 3]);
  });
});

test('every release file that version 0.1.0 took is taken, with every key that it could have', () => {
  const all = releaseFolders(path.join(OLD, 'releases')).map((folder) => readRelease(folder).release);
  expect(all.map(({ name }) => name)).toEqual(['everything', 'upgrade']);
  expect(all[0]!.datadog).toMatchObject({ toggleOff: ['toggle:off'] });
});

test('its settings in cdk.json stop synth until they are moved, and are then taken as they are', () => {
  const context = { subscriptions: SUBSCRIPTIONS, strict: STRICT };
  expect(() => readStackSettings(ROOT, context)).toThrow(
    /has 2 problems:\n {2}subscriptions - .*; move it\n {2}strict - .*; move it$/,
  );
  expect(checkedSettings(context, { where: 'stagewatch.yaml', folder: ROOT })).toMatchObject(context);
});
