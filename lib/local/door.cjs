// Who may ask a server of local mode. Plain JavaScript for the thread of the database, see store/store-worker.cjs.
const { createHash, randomBytes, timingSafeEqual } = require('node:crypto');
const { strangerIn } = require('../facts/loopback.cjs');

/**
 * A key that opens a server of local mode, as the access key id of the AWS SDK. Nothing is signed with it that anybody
 * checks: a request names its id, only this machine's root can read what goes over loopback, and the key ends with the server.
 *
 * @type {() => string}
 */
const newKey = () => randomBytes(16).toString('hex').toUpperCase();

/**
 * The `Authorization` of a request that no SDK sends.
 *
 * @type {(key: string) => string}
 */
const authorizationBy = (key) => `AWS4-HMAC-SHA256 Credential=${key}/local`;

/**
 * Why a request is not let in; undefined when it is. Without a key, the server has other means to know who belongs.
 *
 * @param request what a server of node:http got
 * @type {(request: import('node:http').IncomingMessage, key: string | undefined) => string | undefined}
 */
function refusalOf({ headers, socket }, key) {
  const strange = strangerIn(headers, socket.localPort);
  if (strange !== undefined || key === undefined) return strange;
  const [, named = ''] = headers.authorization?.match(/\bCredential=([^/,\s]*)/) ?? [];
  return timingSafeEqual(digestOf(named), digestOf(key))
    ? undefined
    : 'access key - got another one, expected that of the process that serves this; only its commands are let in';
}

/** @type {(text: string) => Buffer} */
const digestOf = (text) => createHash('sha256').update(text).digest();

/**
 * A refusal as the AWS SDK and people read it; the status is 403.
 *
 * @type {(why: string) => { status: number, type: string, body: string }}
 */
const refused = (why) => ({
  status: 403,
  type: 'application/json',
  body: JSON.stringify({ __type: 'AccessDeniedException', message: why }),
});

module.exports = { newKey, authorizationBy, refusalOf, refused };
