/**
 * What a stricter account asks for: the function in a network of the account, a customer managed key for all that is
 * kept, and reserved concurrency.
 */
export interface Strict {
  readonly vpcId: string;
  /** Private subnets from which Datadog and AWS can be reached. */
  readonly subnetIds: readonly string[];
}

/**
 * Reads the context "strict": `{ vpcId, subnetIds }`, or nothing, when it is off.
 *
 * @throws Error that lists every problem
 */
export function readStrict(context: unknown): Strict | undefined {
  if (context === undefined) return undefined;
  const { vpcId, subnetIds, ...unknown } = Object(context) as Record<string, unknown>;
  const problems = Object.keys(unknown).map((key) => `strict.${key} - unknown key, expected vpcId or subnetIds`);
  if (!isId('vpc', vpcId)) problems.push(`strict.vpcId - got ${JSON.stringify(vpcId)}, expected vpc-...`);
  if (!Array.isArray(subnetIds) || subnetIds.length === 0 || !subnetIds.every((id) => isId('subnet', id)))
    problems.push(`strict.subnetIds - got ${JSON.stringify(subnetIds)}, expected a list of subnet-...`);
  if (problems.length > 0) throw new Error(`cdk.json has ${problems.length} problems:\n  ${problems.join('\n  ')}`);
  return { vpcId, subnetIds } as Strict;
}

const isId = (kind: string, id: unknown) => typeof id === 'string' && new RegExp(`^${kind}-[0-9a-f]{8,17}$`).test(id);
