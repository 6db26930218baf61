import type { Command } from 'commander';
import { type Io, UsageError } from './io';

/** Outputs of the stack, and the variables under which commands look for what they name. */
export const VARIABLES = {
  TableName: 'STAGEWATCH_TABLE',
  TopicArn: 'STAGEWATCH_TOPIC',
  SecretArn: 'STAGEWATCH_SECRET',
} as const;

/** The variable under which commands look for the receivers of the stack, with commas; absent where it has none. */
export const RECEIVERS_VARIABLE = 'STAGEWATCH_RECEIVERS';

/** The variable under which commands look for the name of the stack that was asked for. */
export const STACK_VARIABLE = 'STAGEWATCH_STACK';

/** `--stack NAME` before or after any command that takes `--table`: a deployed stack instead of three variables. */
export function stackOption(program: Command, io: Io): void {
  program
    .option('--stack <name>', 'work on the table and topic of this deployed stack instead of the local history')
    .option('--region <name>', 'the region where that stack runs (default: that of the environment)')
    .hook('preAction', async (_, command) => {
      const { stack, region } = program.opts<{ stack?: string; region?: string }>();
      if (stack === undefined && region !== undefined)
        throw new UsageError(`--region - got ${region} without --stack, expected both; it is where the stack runs`);
      if (stack === undefined) return;
      if (!command.options.some(({ long }) => long === '--table'))
        throw new UsageError(`--stack - got ${stack}, expected none: ${command.name()} works on no history in AWS`);
      const { table, local } = command.opts<{ table?: string; local?: boolean }>();
      if (table !== undefined) throw new UsageError('--stack and --table - got both, expected one of them');
      if (local) throw new UsageError('--stack and --local - got both, expected one of them');
      if (region !== undefined) io.env.AWS_REGION = region;
      Object.assign(io.env, await environmentOf(stack), { [STACK_VARIABLE]: stack });
    });
}

/**
 * What CloudFormation says of a stack, as environment.
 *
 * @throws UsageError when there is no such stack here, or when it is another one
 */
async function environmentOf(stack: string): Promise<Record<string, string>> {
  const { CloudFormationClient, CloudFormationServiceException, DescribeStacksCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const { BOUNDED_CALLS } = await import('../history/client');
  const client = new CloudFormationClient(BOUNDED_CALLS);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = new Map(Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    // In a stack with other things, all of Stagewatch's begin with its name.
    const outputOf = (key: string) => outputs.get(key) || outputs.get(`Stagewatch${key}`);
    const missing = Object.keys(VARIABLES).filter((key) => !outputOf(key));
    if (missing.length > 0)
      throw new UsageError(
        `--stack - got ${stack}, which has no output ${missing.join(', ')}; expected a deployed stack of Stagewatch`,
      );
    const receivers = outputOf('Receivers');
    return {
      ...Object.fromEntries(Object.entries(VARIABLES).map(([key, variable]) => [variable, outputOf(key)!])),
      ...(receivers && { [RECEIVERS_VARIABLE]: receivers }),
    };
  } catch (error) {
    // So CloudFormation says that it does not know a stack, or that no stack can have such a name.
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError')
      throw new UsageError(`--stack - got ${stack}, expected a stack of this account and region: ${error.message}`);
    throw error;
  } finally {
    client.destroy();
  }
}
