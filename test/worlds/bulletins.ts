import type { AlertRecord } from '../../lib/alert/record';
import type { Mark } from '../../lib/marks/mark';
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

/** An entry of the stage log, as the receiver of its mark gets it. */
export const MARK: Mark = {
  key: 'document-status/mark/stage/1770998400000/0',
  kind: 'stage',
  release: 'document-status',
  title: 'Document Status',
  team: 'BMT2',
  env: 'eks-prod',
  at: Date.parse('2026-02-13T18:00Z'),
  headline: 'stage B, 50 % of users',
  text: 'by dana: as planned',
  stage: 'B',
};
