import { incidentsOf } from '../../lib/alert/incidents';
import type { Member } from '../../lib/alert/member';
import { memberIdOf } from '../../lib/alert/member';
import type { AlertRecord } from '../../lib/alert/record';

const record = (hour: number, change: AlertRecord['change'], open: [key: string, since: number][]) =>
  ({
    change,
    open: open.map(([key, since]): Member => ({ ...memberIdOf(key), since, rollBack: false })),
    verdict: { hour },
  }) as AlertRecord;

describe('the incidents of a release', () => {
  it('begin when something broke, not when it was told, and end with the record that has it no more', () => {
    const alerts = [
      record(12, 'firing', [['#show/below', 10]]),
      record(36, 'repeat', [['#show/below', 10]]),
      record(40, 'resolved', []),
    ];
    expect(incidentsOf(alerts)).toEqual([{ endpoint: '#show', what: 'below' as const, from: 10, to: 41 }]);
  });

  it('stay open while nothing closed them, whatever a notice says', () => {
    const alerts = [record(12, 'firing', [['blind', 10]]), record(20, 'notice', [])];
    expect(incidentsOf(alerts)).toEqual([{ what: 'blind' as const, from: 10 }]);
  });

  it('are two when one closed and opened again between two records', () => {
    const alerts = [record(12, 'firing', [['#show/below', 10]]), record(30, 'firing', [['#show/below', 28]])];
    expect(incidentsOf(alerts)).toEqual([
      { endpoint: '#show', what: 'below' as const, from: 10, to: 28 },
      { endpoint: '#show', what: 'below' as const, from: 28 },
    ]);
  });
});
