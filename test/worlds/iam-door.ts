import { type HttpAnswer, type Listening, listen } from '../../lib/local/listen';

/** Where the services behind the door are. */
type Services = Record<'dynamodb' | 'sns' | 'secretsmanager' | 'cloudformation', string>;

/** By the prefixes of DynamoDB's and Secrets Manager's targets; the others say in their bodies what is asked for. */
const TARGETS = { DynamoDB_20120810: 'dynamodb', secretsmanager: 'secretsmanager' } as const;

/**
 * A door in front of AWS's services, which lets in only the actions of a list, as IAM does, and refuses others in each
 * service's own words. It knows an action by its name: what a statement says of resources is not looked at.
 */
export async function openDoor(services: Services) {
  let allowed: ReadonlySet<string> = new Set();
  let used = new Set<string>();
  const listening: Listening = await listen(async ({ headers, url }, body) => {
    const [prefix = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
    const byTarget = Object.entries(TARGETS).find(([name]) => name === prefix)?.[1];
    const parameters = new URLSearchParams(body);
    const service = byTarget ?? (parameters.get('Action') === 'DescribeStacks' ? 'cloudformation' : 'sns');
    const action = `${service}:${byTarget ? operation : parameters.get('Action')}`;
    used.add(action);
    if (!allowed.has(action)) return byTarget ? jsonRefusal(action) : xmlRefusal(action);
    const { authorization = '', 'content-type': type = '', 'x-amz-target': target, 'x-amz-date': date = '' } = headers;
    const passed = { authorization, 'content-type': type, 'x-amz-date': String(date) };
    const answer = await fetch(`${services[service]}${url}`, {
      method: 'POST',
      headers: { ...passed, ...(target !== undefined && { 'x-amz-target': String(target) }) },
      body,
    });
    return {
      status: answer.status,
      type: answer.headers.get('content-type') ?? '',
      body: await answer.text(),
    };
  });
  return {
    url: listening.url,
    close: () => listening.close(),
    /** Everything in AWS is behind the door. */
    env: Object.fromEntries(
      ['DYNAMODB', 'SNS', 'SECRETS_MANAGER', 'CLOUDFORMATION'].map((name) => [
        `AWS_ENDPOINT_URL_${name}`,
        listening.url,
      ]),
    ),
    /** Lets in these actions from now on, and forgets what was used. */
    lets(actions: Iterable<string>) {
      allowed = new Set(actions);
      used = new Set();
    },
    /** What was asked for since then, let in or not. */
    used: () => [...used].sort(),
  };
}

const said = (action: string) =>
  `User: arn:aws:sts::111111111111:assumed-role/x is not authorized to perform: ${action}`;

const jsonRefusal = (action: string): HttpAnswer => ({
  status: 400,
  type: 'application/x-amz-json-1.0',
  body: JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: said(action) }),
});

const xmlRefusal = (action: string): HttpAnswer => ({
  status: 403,
  type: 'text/xml',
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${action.startsWith('sns:') ? 'AuthorizationError' : 'AccessDenied'}</Code><Message>${said(action)}</Message></Error></ErrorResponse>`,
});
