import * as z from 'zod/mini';
import { getJson, postJson } from '../exchange';
import { addressAt, type Receiver, ReceiverError } from '../receiver';
import { datadogEvent } from './datadog-event';

const form = z.strictObject({ apiKey: z.string().check(z.regex(/^[\x21-\x7e]{1,500}$/)) });

/**
 * Datadog, by its events (https://docs.datadoghq.com/api/latest/events/, "Post an event"): each alert, notice and alarm is
 * one, so that dashboards can mark it. An API key is enough. The host is the site's.
 */
export const datadog: Receiver = {
  // The stack has Datadog's keys already, under that name: those ask, this one tells.
  title: 'DatadogEvents',
  hosts: [
    'api.datadoghq.com',
    'api.us3.datadoghq.com',
    'api.us5.datadoghq.com',
    'api.datadoghq.eu',
    'api.ap1.datadoghq.com',
    'api.ap2.datadoghq.com',
    'api.uk1.datadoghq.com',
    'api.ddog-gov.com',
    'api.us2.ddog-gov.com',
  ],
  marks: true,
  secret: '{"apiKey": "an API key of that site"}',
  connect(secret, place) {
    const headers = headersOf(secret);
    const url = addressAt(`https://${place.host}/api/v1/events`, place);
    return async (bulletin) => {
      if (bulletin.kind === 'ack') return { unused: true };
      const { status } = await postJson('datadog', url, datadogEvent(bulletin), { headers });
      // Nothing of the answer is repeated: it may quote the key.
      if (status !== 202)
        throw refused(`HTTP ${status}`, '202; look whether the API key was revoked, and is one of this site');
      return {};
    };
  },
  // https://docs.datadoghq.com/api/latest/authentication/, "Validate API key". Whoever has one may post events.
  async prove(secret, place) {
    const url = addressAt(`https://${place.host}/api/v1/validate`, place);
    const { status } = await getJson('datadog', url, { headers: headersOf(secret) });
    if (status !== 200)
      throw refused(`HTTP ${status} for the API key`, `a key of ${place.host}; is it whole, and not revoked?`);
    return `${place.host} takes the API key, and asks for no more where events are sent; none was sent`;
  },
};

function headersOf(secret: unknown): Record<string, string> {
  const keys = form.safeParse(secret);
  if (!keys.success) throw refused('another secret', `${datadog.secret}; put it into the secret`);
  return { 'dd-api-key': keys.data.apiKey };
}

const refused = (got: string, expected: string) =>
  new ReceiverError(`datadog refused - got ${got}, expected ${expected}`, 'refused');
