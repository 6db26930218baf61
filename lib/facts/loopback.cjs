// Plain JavaScript: the thread of the local database has no transforms and asks the same rule as everybody else.
const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether a host, with its port or without, is this machine itself. No other name is, wherever it may lead.
 *
 * @example isLoopback('127.0.0.1:8126') === true
 * @example isLoopback('127.0.0.1.example.org') === false
 * @type {(host: string) => boolean}
 */
const isLoopback = (host) => NAMES.includes(host.replace(/:\d{1,5}$/, ''));

/**
 * The address of a server on this machine: plain http, and nothing but a host and a port; undefined for any other text.
 *
 * @example loopbackUrl('http://localhost:8126')?.host === 'localhost:8126'
 * @example loopbackUrl('https://localhost:8126') === undefined
 * @type {(text: string) => URL | undefined}
 */
function loopbackUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && isLoopback(url.host) && url.href === `http://${url.host}/` ? url : undefined;
}

/**
 * Why a server on this machine refuses a request by its headers, whatever it asks for: a web page has sent it, or led
 * here by a name of its own. Undefined for a program's request, and for a browser's that asks for the server's own page
 * or follows a link to it.
 *
 * @param port where the server listens
 * @example strangerIn({ host: 'pages.example.net:8126' }, 8126) === 'host - got another one, expected 127.0.0.1:8126'
 * @type {(headers: Record<string, string | string[] | undefined>, port: number | undefined) => string | undefined}
 */
function strangerIn(headers, port) {
  const host = String(headers.host);
  // A name that an attacker's DNS points here would make this server a part of the attacker's page.
  if (!isLoopback(host) || !host.endsWith(`:${port}`)) return `host - got another one, expected 127.0.0.1:${port}`;
  // A page that asks for itself sends none.
  if (headers.origin !== undefined) return 'origin - got a web page, expected none';
  const from = headers['sec-fetch-site'];
  const link = headers['sec-fetch-mode'] === 'navigate';
  return !link && (from === 'cross-site' || from === 'same-site')
    ? 'origin - got another page, expected none'
    : undefined;
}

module.exports = { isLoopback, loopbackUrl, strangerIn };
