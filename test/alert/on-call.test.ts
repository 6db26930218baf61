import { type OnCallEvent, saidUntil } from '../../lib/alert/on-call';

const silence = (at: number, until: number): OnCallEvent => ({
  kind: 'silence',
  at,
  until,
  by: 'Ada',
  reason: 'upgrade',
});

test('a silence that began since a late tick, and is on, holds its messages back; others are as they were said', () => {
  const [before, since, over, later] = [silence(5, 90), silence(20, 90), silence(20, 30), silence(41, 90)];
  expect(saidUntil([before!, since!, over!, later!], 10, 40)).toEqual([before, silence(10, 90), over, later]);
  const end: OnCallEvent = { kind: 'silence-end', at: 20, by: 'Ada' };
  expect(saidUntil([end], 10, 40)).toEqual([end]);
});
