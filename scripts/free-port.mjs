import { createServer } from 'node:net';

/** A port that nobody has; somebody may take it meanwhile, and then the server that gets it says so. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
