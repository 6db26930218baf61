import * as z from 'zod/mini';
import { plain } from '../../facts/format';
import type { Queued } from '../bulletin';
import { postJson } from '../exchange';
import { addressAt, type Receiver, ReceiverError } from '../receiver';
import { type PagerEvent, pagerEvent, pagerKey } from './pager-event';

const form = z.strictObject({ routingKey: z.string().check(z.regex(/^[A-Za-z0-9]{32}$/)) });

/**
 * PagerDuty, by its Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview): an alert is one incident from
 * firing to resolved. Notices are not sent: nobody would ever resolve them. An incident that is acknowledged calls nobody
 * any more, whatever is added to it. So what breaks or gets worse after that is an incident of its own.
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
    const enqueue = async (event: PagerEvent) => {
      const { status, body } = await postJson('pagerduty', url, { routing_key: routingKey, ...event });
      if (status === 202) return;
      const why = reasonIn(body).replaceAll(routingKey, '[key]');
      throw refused(
        `HTTP ${status}${why && `: ${why}`}`,
        '202; look whether the integration key is one of the Events API v2 in this region',
      );
    };
    return async (bulletin, thread) => {
      const acknowledged = thread?.startsWith(ACKNOWLEDGED) ?? false;
      const incident = acknowledged ? thread!.slice(ACKNOWLEDGED.length) : (thread ?? pagerKey(bulletin));
      if (acknowledged && isNews(bulletin)) {
        const next = pagerKey(bulletin, `#${bulletin.event.seq}`);
        await enqueue(pagerEvent(bulletin, next)!);
        await enqueue({ event_action: 'resolve', dedup_key: incident });
        return { thread: next };
      }
      const event = pagerEvent(bulletin, incident);
      if (!event) return { unused: true };
      await enqueue(event);
      return bulletin.kind === 'ack' ? { thread: `${ACKNOWLEDGED}${incident}` } : {};
    };
  },
};

/** Before the key of an incident in the thread. */
const ACKNOWLEDGED = 'acknowledged ';

const isNews = (bulletin: Queued): bulletin is Queued & { kind: 'alert' } =>
  bulletin.kind === 'alert' && (bulletin.event.status === 'firing' || bulletin.event.status === 'worse');

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
