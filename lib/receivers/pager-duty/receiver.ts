import * as z from 'zod/mini';
import { plain } from '../../facts/format';
import { postJson } from '../exchange';
import { addressAt, type Receiver, ReceiverError } from '../receiver';
import { pagerEvent } from './pager-event';

const form = z.strictObject({ routingKey: z.string().check(z.regex(/^[A-Za-z0-9]{32}$/)) });

/**
 * PagerDuty, by its Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview): an alert is one incident from
 * firing to resolved. Notices are not sent: nobody would ever resolve them.
 */
export const pagerDuty: Receiver = {
  title: 'PagerDuty',
  hosts: ['events.pagerduty.com', 'events.eu.pagerduty.com'],
  secret: '{"routingKey": "the 32 characters of the integration key"}',
  connect(secret, place) {
    const keys = form.safeParse(secret);
    if (!keys.success) throw refused('another secret', `${pagerDuty.secret}; put it into the secret`);
    const { routingKey } = keys.data;
    const url = addressAt(`https://${place.host}/v2/enqueue`, place);
    return async (bulletin) => {
      const event = pagerEvent(bulletin);
      if (!event) return { unused: true };
      const { status, body } = await postJson('pagerduty', url, { routing_key: routingKey, ...event });
      if (status === 202) return {};
      const why = reasonIn(body).replaceAll(routingKey, '[key]');
      throw refused(
        `HTTP ${status}${why && `: ${why}`}`,
        '202; look whether the integration key is one of the Events API v2 in this region',
      );
    };
  },
};

const refused = (got: string, expected: string) =>
  new ReceiverError(`pagerduty refused - got ${got}, expected ${expected}`, 'refused');

/** Of `{"status": "invalid event", "message": ..., "errors": [...]}` the errors. */
function reasonIn(body: string): string {
  try {
    const { errors } = Object(JSON.parse(body));
    return Array.isArray(errors) ? plain(errors.filter((one) => typeof one === 'string').join('; '), 200) : '';
  } catch {
    return '';
  }
}
