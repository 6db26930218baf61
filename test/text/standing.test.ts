import type { AlertRecord } from '../../lib/alert/record';
import { newestSettledHour } from '../../lib/facts/hour';
import { pageHtml } from '../../lib/page/page';
import { standingLines, standingOf } from '../../lib/text/standing';
import { statusText } from '../../lib/text/status-text';
import { viewOf } from '../../lib/text/view';
import { MOMENTS } from '../worlds/page-moments';

const { release, alerts, onCall, now } = MOMENTS.open;
const [last] = alerts.slice(-1) as [AlertRecord];
const held = { at: now, what: 'firing (first firing)', why: 'silence by Ada: upgrade' };
const standing = (record: AlertRecord) =>
  standingOf({ last: record, onCall, now }, release, newestSettledHour(now, 15) + 1);
const lines = (record: AlertRecord) => standingLines(standing(record), release.timeZone);

describe('where a release stands with on-call', () => {
  test('is what is open, since when, how bad it is and who works on it', () => {
    expect(lines(last)).toMatchObject([
      {
        label: 'open',
        text: '#show is not consistent with the baseline since 2026-02-12 22:00 EST, bad enough to roll back; acknowledged 2026-02-14 03:25 EST by Ada: rolling back at 15:00',
        window: { window: { from: '2026-02-13T03:00Z', to: '2026-02-14T08:00Z' } },
      },
    ]);
  });

  test('is also what could not be delivered, and what that message would have told', () => {
    const pending: AlertRecord = { ...last, status: 'pending', heldBack: [held] };
    expect(lines(pending).slice(1)).toEqual([
      { label: 'held back', text: '2026-02-14 03:30 EST: firing (first firing); silence by Ada: upgrade' },
      { label: 'undelivered', text: '2026-02-14 03:20 EST: repeat (still open after 25 hours); every run tries again' },
    ]);
    expect(standing(pending).undelivered).toEqual({
      at: '2026-02-14T08:20Z',
      change: 'repeat',
      reason: last.reason,
    });
  });

  test('is no longer what a delivered message has told', () => {
    expect(lines({ ...last, status: 'sent', heldBack: [held] }).map(({ label }) => label)).toEqual(['open']);
  });

  test('has the same sentences on the page and in the status', () => {
    const pending: AlertRecord = { ...last, status: 'pending', heldBack: [held] };
    const view = viewOf({ ...MOMENTS.open, alerts: [...alerts.slice(0, -1), pending] });
    const plainly = (text: string) => text;
    const paint = { green: plainly, red: plainly, yellow: plainly, dim: plainly, bold: plainly };
    const status = statusText(view, paint);
    const page = pageHtml(view, { everySeconds: 1 }).replace(/<[^>]*>/g, '');
    for (const { text } of lines(pending)) {
      expect(status).toContain(`  ${text}`);
      expect(page).toContain(text);
    }
  });
});
