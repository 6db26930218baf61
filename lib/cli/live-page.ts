import { Option } from 'commander';
import { type LivePage, servePage } from '../page/server';
import { portFor } from './arguments';
import { type Io, UsageError } from './io';

export interface PageChoice {
  port?: number;
  /** False with --no-page. */
  page: boolean;
}

export const pageOptions = (): Option[] => [
  new Option('--port <number>', 'port of the live page on 127.0.0.1 (default: a free one)').argParser(
    portFor('--port'),
  ),
  new Option('--no-page', 'do not serve a live page').conflicts('port'),
];

/**
 * Serves the live page for the time of `work` and says where; undefined with --no-page.
 *
 * @throws UsageError when the port is taken, or not for everyone
 */
export async function withPage<T>(
  { port = 0, page: wanted }: PageChoice,
  io: Io,
  served: { everySeconds: number; note?: string },
  work: (page: LivePage | undefined) => Promise<T>,
): Promise<T> {
  if (!wanted) return work(undefined);
  const page = await servePage({ port, ...served }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    throw new UsageError(
      `--port - got ${port}, which ${error.code === 'EACCES' ? 'this user may not open' : 'is in use'}, expected a free one; leave it out to get one`,
    );
  });
  try {
    io.err(`live page: ${page.url}`);
    return await work(page);
  } finally {
    await page.close();
  }
}
