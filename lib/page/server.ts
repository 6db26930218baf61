import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { strangerIn } from '../facts/loopback.cjs';
import type { View } from '../text/view';
import { POLICY, pageHtml } from './page';
import { type ViewSource, viewReader } from './view-reader';

export interface LivePage {
  /** `http://127.0.0.1:PORT/` */
  url: string;
  /** Shows this history from now on. */
  show(source: ViewSource): void;
  /** Reads a last time, when the history is about to close, and says that nothing newer is shown. */
  freeze(): Promise<void>;
  /** Ends every connection. */
  close(): Promise<void>;
}

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const ENDED =
  'it has ended, and this page stays as it was then: npx --no-install stagewatch status shows what was said since';

/**
 * Serves the live page on this machine only, at `port` or, for 0, at a free one. It reads when it is asked, at most once
 * in `everySeconds` whoever asks, so that what it shows costs the work beside it next to nothing.
 *
 * @throws Error with the code EADDRINUSE or EACCES when it may not have the port
 */
export async function servePage(options: { port: number; everySeconds: number; note?: string }): Promise<LivePage> {
  const { everySeconds } = options;
  let note = options.note;
  let read: (() => Promise<View>) | undefined;
  let fresh: { at: number; view: Promise<View | undefined> } | undefined;

  const current = (): Promise<View | undefined> => {
    const at = performance.now();
    if (!fresh || at - fresh.at >= everySeconds * 1000) {
      const view = read?.() ?? Promise.resolve(undefined);
      const started = { at, view };
      fresh = started;
      // What failed is asked for again at once, and so is what has not begun.
      const again = () => {
        if (fresh === started) fresh = undefined;
      };
      view.then((one) => one ?? again(), again);
    }
    return fresh.view;
  };

  const server = createServer(async (request, response) => {
    try {
      const refused = refusal(request);
      if (refused) return say(response, ...refused);
      const body = pageHtml(await current(), { note, everySeconds });
      const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
      if (request.headers['if-none-match'] === etag) return response.writeHead(304, { ...HEADERS, etag }).end();
      response.writeHead(200, { ...HEADERS, etag, 'content-type': 'text/html; charset=utf-8' }).end(body);
    } catch (error) {
      say(response, 503, `the history cannot be read now: ${(error as Error).message}; load the page again`);
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    show(source) {
      read = viewReader(source);
      fresh = undefined;
    },
    async freeze() {
      const last = await read?.().catch(() => undefined);
      if (last) read = async () => last;
      note = [note, ENDED].filter(Boolean).join('; ');
      fresh = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a request is refused for, with the status; undefined for one of this page's own. */
function refusal({ method, url, headers, socket }: IncomingMessage): [status: number, why: string] | undefined {
  const strange = strangerIn(headers, socket.localPort);
  if (strange !== undefined) return [403, strange];
  if (method !== 'GET') return [405, 'method - expected GET; there is nothing to change here'];
  return url === '/' ? undefined : [404, 'path - expected /'];
}

function say(response: ServerResponse, status: number, text: string): void {
  const allow = status === 405 ? { allow: 'GET' } : {};
  response.writeHead(status, { ...HEADERS, ...allow, 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
