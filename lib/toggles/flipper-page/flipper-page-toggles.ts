import type { ToggleService } from '../../ports';
import type { Release } from '../../release/schema';
import { type Asking, ToggleError, textAt } from '../answer';
import { readEach } from '../each';
import { type TogglePlace, toggleKey } from '../key';
import { piecesOf } from './html';
import { listedOn, stateOfWords } from './list';

/** Toggles of a Flipper without its HTTP API, by the list page of Flipper::UI. It does not know since when. */
export function flipperPageToggles(
  { url, header }: NonNullable<NonNullable<Release['toggleService']>['flipperPage']>,
  place: TogglePlace,
): ToggleService {
  const asking: Asking = { accept: 'text/html', ...(header !== undefined && { header, key: toggleKey(place) }) };
  const listed = async (signal: AbortSignal | undefined) =>
    listedOn(piecesOf(await textAt(new URL(url), 'there is no page at its address', { ...asking, signal })));
  return {
    read(names, now, signal) {
      const list = listed(signal);
      return readEach(async (name) => {
        const found = (await list).filter((one) => one.name === name);
        if (found.length === 0) throw new ToggleError('the page has no toggle of that name', true);
        if (found.length > 1) throw new ToggleError('the page has several toggles of that name');
        return { state: stateOfWords(found[0]!) };
      })(names, now, signal);
    },
    names: async (signal) => (await listed(signal)).map(({ name }) => name),
  };
}
