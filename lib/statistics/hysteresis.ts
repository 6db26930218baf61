/**
 * Since when something is open that opens at one bar and closes at another: the first hour at which it opened after it
 * last closed. Hours that say neither leave it as it is.
 *
 * @param from the first hour at which it can open
 * @returns undefined when it is not open at `newest`
 *
 * @example openSince(0, 9, (hour) => hour === 3 || hour === 5, (hour) => hour === 4) === 5
 */
export function openSince(
  from: number,
  newest: number,
  opens: (hour: number) => boolean,
  closes: (hour: number) => boolean,
): number | undefined {
  let since: number | undefined;
  for (let hour = newest; hour >= from; hour--) {
    if (opens(hour)) since = hour;
    else if (closes(hour)) break;
  }
  return since;
}
