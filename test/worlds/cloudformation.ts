import { listen } from '../../lib/local/listen';

/** A CloudFormation endpoint that knows `DescribeStacks` by name, with these outputs by stack. */
export const startCloudFormation = (stacks: Record<string, Record<string, string>>) =>
  listen((_request, body) => {
    const parameters = new URLSearchParams(body);
    const name = parameters.get('StackName') ?? '';
    const type = 'text/xml';
    const error = (code: string, message: string) => ({
      status: 400,
      type,
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    });
    if (parameters.get('Action') !== 'DescribeStacks') return error('InvalidAction', 'Could not find operation');
    const outputs = stacks[name];
    if (!outputs) return error('ValidationError', `Stack with id ${name} does not exist`);
    const members = Object.entries(outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    const stack = `<StackName>${name}</StackName><CreationTime>2026-02-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>`;
    const result = `<Stacks><member>${stack}<Outputs>${members.join('')}</Outputs></member></Stacks>`;
    return {
      status: 200,
      type,
      body: `<DescribeStacksResponse><DescribeStacksResult>${result}</DescribeStacksResult></DescribeStacksResponse>`,
    };
  });
