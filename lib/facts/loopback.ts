const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether a host, with its port or without, is this machine itself. No other name is, wherever it may lead.
 *
 * @example isLoopback('127.0.0.1:8126') === true
 * @example isLoopback('127.0.0.1.example.org') === false
 */
export const isLoopback = (host: string): boolean => NAMES.includes(host.replace(/:\d{1,5}$/, ''));

/**
 * The address of a server on this machine: plain http, and nothing but a host and a port; undefined for any other text.
 *
 * @example loopbackUrl('http://localhost:8126')?.host === 'localhost:8126'
 * @example loopbackUrl('https://localhost:8126') === undefined
 */
export function loopbackUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && isLoopback(url.host) && url.href === `http://${url.host}/` ? url : undefined;
}
