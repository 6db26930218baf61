/** @throws Error when the server does not take it */
export async function call(method: string, url: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} - HTTP ${response.status}: ${text.slice(0, 500)}`);
  return text;
}
