import { isLoopback, loopbackUrl } from '../../lib/facts/loopback.cjs';

test.each(['127.0.0.1', '127.0.0.1:8126', 'localhost', 'localhost:1', '[::1]', '[::1]:65535'])(
  '%s is this machine, and so is a plain http address of it',
  (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(loopbackUrl(`http://${host}`)?.host).toBe(host);
    expect(loopbackUrl(`http://${host}/`)?.host).toBe(host);
  },
);

test.each([
  '',
  '127.0.0.1.example.org',
  '127.0.0.1:8126:8126',
  '127.0.0.1:',
  '0.0.0.0',
  '10.0.0.1',
  'localhost.example.org',
  'example.org:8126',
])('%j is not', (host) => {
  expect(isLoopback(host)).toBe(false);
});

test.each([
  '',
  'localhost:8126',
  'https://localhost:8126',
  'ftp://127.0.0.1',
  'http://127.0.0.1/path',
  'http://127.0.0.1/?x',
  'http://127.0.0.1/#x',
  'http://user@127.0.0.1',
  'http://:secret@127.0.0.1',
  'http://localhost@example.org',
  'http://127.0.0.1.example.org',
  'http://10.0.0.1',
])('%j is no address of a server on this machine', (text) => {
  expect(loopbackUrl(text)).toBeUndefined();
});
