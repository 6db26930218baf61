import type { AlertRecord } from '../../lib/alert/record';
import { messageOf } from '../../lib/messages/message';
import { type Bulletin, bulletinOf } from '../../lib/receivers/bulletin';
import { alarmEnvelope, envelopeOf } from './envelopes';
import { NIGHT, RELEASE } from './night';

/** An alert as its receivers get it. */
export const bulletinAbout = (alert: AlertRecord, release = RELEASE): Bulletin =>
  bulletinOf(envelopeOf(messageOf(alert, release)));

/** The bulletins of some bad days, one of each kind. */
export const BULLETINS: Record<string, Bulletin> = {
  ...Object.fromEntries(Object.entries(NIGHT).map(([name, alert]) => [name, bulletinAbout(alert)])),
  alarm: bulletinOf(alarmEnvelope('ALARM')),
  'alarm-over': bulletinOf(alarmEnvelope('OK')),
};
