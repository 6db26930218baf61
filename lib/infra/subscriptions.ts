const ENDPOINTS: Record<string, { pattern: RegExp; expected: string }> = {
  email: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, expected: 'an e-mail address' },
  https: { pattern: /^https:\/\/[^\s/@]+(\/\S*)?$/, expected: 'an https:// address without a password' },
  sqs: { pattern: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/, expected: 'the ARN of a standard queue' },
};

/**
 * What no shape can say of the subscriptions in a settings file. What is not an address may be a secret in the wrong
 * place; it is not repeated.
 *
 * @param content what stands under `subscriptions`, whatever it is
 * @param releases names that a filter may have
 */
export function problemsOfSubscriptions(content: unknown, releases: readonly string[]): string[] {
  if (!Array.isArray(content)) return [];
  const all = content.map((one) => Object(one) as { protocol?: unknown; endpoint?: unknown; filter?: unknown });
  const addresses = all.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`);
  const problems = all.flatMap(({ protocol, endpoint, filter }, index) => {
    const at = `subscriptions[${index}]`;
    const { pattern, expected } = (Object.hasOwn(ENDPOINTS, String(protocol)) && ENDPOINTS[String(protocol)]) || {};
    const first = addresses.indexOf(addresses[index]!);
    const asked = Object(filter).release as unknown;
    return [
      ...(pattern && !(typeof endpoint === 'string' && pattern.test(endpoint))
        ? [`${at}.endpoint - expected ${expected}`]
        : []),
      ...(endpoint !== undefined && first < index ? [`${at} - stands twice, as subscriptions[${first}]`] : []),
      ...(Array.isArray(asked) ? asked : [])
        .filter((name) => typeof name === 'string' && !releases.includes(name))
        .map((name) => `${at}.filter.release - got ${JSON.stringify(name)}, expected ${releases.join(', ')}`),
    ];
  });
  // CloudWatch's alarms have no attributes.
  if (all.length > 0 && all.every(({ filter }) => filter !== undefined))
    problems.push(
      'subscriptions - got a filter in each, expected one without: alarms about Stagewatch itself pass no filter',
    );
  return problems;
}
