import type { ToggleState } from '../../facts/toggle';
import type { ToggleService } from '../../ports';
import type { Release } from '../../release/schema';
import { TOGGLE_PLACE } from '../../release/toggles/toggle-service';
import { type Asking, answerOf, ToggleError } from '../answer';
import { pathPart, readEach } from '../each';
import { type TogglePlace, toggleKey } from '../key';
import { pointedAt } from './pointer';

type Options = NonNullable<NonNullable<Release['toggleService']>['http']>;

/** Toggles of whatever answers with JSON: one address a toggle, or one list for all. It does not know since when. */
export function httpToggles(options: Options, place: TogglePlace): ToggleService {
  const { url, header, list, name: nameAt, value, all } = options;
  const asking: Asking = header === undefined ? {} : { header, key: toggleKey(place) };
  const listed = async (signal: AbortSignal | undefined) => {
    const found = pointedAt(
      await answerOf(new URL(url), 'there is nothing at its address', { ...asking, signal }),
      list!,
    );
    if (!Array.isArray(found)) throw new ToggleError(`the answer - got no list at ${list}, expected one of toggles`);
    return found as unknown[];
  };
  const stateIn = (entry: unknown) => stateOfValue(pointedAt(entry, value), all, value);
  const read: ToggleService['read'] = (names, now, signal) => {
    const entries = list === undefined ? undefined : listed(signal);
    return readEach(async (name) => {
      if (!entries) {
        const address = new URL(url.replaceAll(TOGGLE_PLACE, () => pathPart(name)));
        return { state: stateIn(await answerOf(address, 'there is no toggle of that name', { ...asking, signal })) };
      }
      const found = (await entries).filter((entry) => pointedAt(entry, nameAt!) === name);
      if (found.length !== 1)
        throw new ToggleError(`the list has ${found.length === 0 ? 'no toggle' : 'several toggles'} of that name`);
      return { state: stateIn(found[0]) };
    })(names, now, signal);
  };
  return {
    read,
    ...(list !== undefined && {
      names: async (signal?: AbortSignal) =>
        (await listed(signal)).map((entry) => pointedAt(entry, nameAt!)).filter((one) => typeof one === 'string'),
    }),
  };
}

/**
 * What a value means. Text is read as a number, with or without a percent sign.
 *
 * @param all the value that means all users
 * @throws ToggleError for any value that is no share of them
 */
export function stateOfValue(value: unknown, all: number | true, where: string): ToggleState {
  if (all === true) {
    if (value === true) return { share: 1 };
    if (value === false) return { share: 0 };
    throw new ToggleError(`the answer - got no true or false at ${where}, expected one`);
  }
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,9}(\.\d{1,9})?( ?%)?$/.test(value)
        ? Number.parseFloat(value)
        : Number.NaN;
  if (!(number >= 0 && number <= all))
    throw new ToggleError(`the answer - got no number from 0 to ${all} at ${where}, expected one`);
  return { share: Number((number / all).toPrecision(12)) };
}
