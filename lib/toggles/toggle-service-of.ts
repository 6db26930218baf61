import type { ToggleService } from '../ports';
import type { Release } from '../release/schema';
import type { ToggleServiceKind } from '../release/toggles/toggle-service';
import { flipperToggles } from './flipper/flipper-toggles';
import { httpToggles } from './http/http-toggles';
import type { TogglePlace } from './key';
import { unleashToggles } from './unleash/unleash-toggles';

type Sections = Required<Pick<NonNullable<Release['toggleService']>, ToggleServiceKind>>;

/** Every kind by its section of `toggleService`: a kind is a folder beside this file, and a line here. */
const KINDS: {
  [Kind in ToggleServiceKind]: (section: NonNullable<Sections[Kind]>, place: TogglePlace) => ToggleService;
} = {
  flipper: flipperToggles,
  unleash: unleashToggles,
  http: httpToggles,
};

/**
 * What a release's toggles are asked of, as it is reached from here; undefined for a release that names nothing.
 *
 * @throws Error when the environment lacks its key
 */
export function toggleServiceOf(
  { toggleService }: Pick<Release, 'toggleService'>,
  place: TogglePlace,
): ToggleService | undefined {
  if (!toggleService) return undefined;
  const kind = (Object.keys(KINDS) as ToggleServiceKind[]).find((one) => toggleService[one] !== undefined)!;
  return (KINDS[kind] as (section: unknown, place: TogglePlace) => ToggleService)(toggleService[kind], place);
}
