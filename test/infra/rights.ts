import type { Template } from 'aws-cdk-lib/assertions';

/** Every right of the role or managed policy whose id begins with `prefix`, as "action resource", without CDK's hashes. */
export function rightsOf(of: Template, prefix: string): string[] {
  const policies = [
    ...Object.values(of.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(prefix)),
    ),
    ...Object.entries(of.findResources('AWS::IAM::ManagedPolicy')).flatMap(([id, policy]) =>
      id.startsWith(prefix) ? [policy] : [],
    ),
  ];
  return policies
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource, Condition }) => {
      expect({ Effect, Condition }).toEqual({ Effect: 'Allow', Condition: undefined });
      return [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${action} ${readable(resource)}`));
    })
    .sort();
}

/** `{ "Ref": "HistoryTable4479EEA3" }` → HistoryTable */
export function readable(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as Reference;
  if (join) return join[1].map(readable).join(join[0]);
  return String(Ref ?? attribute?.[0]).replace(/[0-9A-F]{8}$/, '');
}

interface Reference {
  Ref?: string;
  'Fn::GetAtt'?: [id: string, attribute: string];
  'Fn::Join'?: [separator: string, parts: unknown[]];
}
