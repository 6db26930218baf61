import { clock } from '../facts/format';
import { type Hour, startOf } from '../facts/hour';
import { localTime } from '../facts/local-time';

/** The hours [from, to) of a chart, with the ticks that a reader in the release's zone expects. */
export interface TimeAxis {
  from: Hour;
  to: Hour;
  ticks: { hour: Hour; label: string }[];
  /** The zone by name, and when its clocks change in these hours. */
  zone: string;
}

const HOUR_STEPS = [1, 2, 3, 6, 12];
const DAY_STEPS = [1, 2, 7, 14, 28, 56];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Ticks at local midnights or full hours, at most about `most`. A day of 23 or 25 hours is one day: it begins where the
 * date changes.
 */
export function timeAxis(from: Hour, to: Hour, timeZone: string, most: number): TimeAxis {
  const local = Array.from({ length: to - from + 1 }, (_, index) => localTime(startOf(from + index - 1), timeZone));
  const hourStep = HOUR_STEPS.find((step) => (to - from) / step <= most);
  const dayStep = DAY_STEPS.find((step) => (to - from) / (24 * step) <= most) ?? 56;
  const ticks: TimeAxis['ticks'] = [];
  const changes: string[] = [];
  let day = -1;
  for (let index = 1; index < local.length; index++) {
    const { date, hour, minute, zoneName } = local[index]!;
    const at = from + index - 1;
    const newDay = date !== local[index - 1]!.date;
    if (newDay) day++;
    const [, month, dayOfMonth] = date.split('-').map(Number);
    const dated = `${MONTHS[month! - 1]} ${dayOfMonth}`;
    if (newDay ? hourStep !== undefined || day % dayStep === 0 : hourStep !== undefined && hour % hourStep === 0)
      ticks.push({ hour: at, label: newDay ? dated : `${two(hour)}:${two(minute)}` });
    if (index > 1 && zoneName !== local[index - 1]!.zoneName) changes.push(clock(startOf(at), timeZone));
  }
  const first = local[1]?.zoneName ?? '';
  const zone = [`${timeZone} (${first})`, ...changes.map((change) => `clocks change ${change}`)].join(', ');
  return { from, to, ticks, zone };
}

const two = (value: number) => String(value).padStart(2, '0');
