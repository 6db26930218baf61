import { loopbackUrl } from '../facts/loopback.cjs';
import type { ToggleService } from '../ports';
import type { Release } from '../release/schema';
import type { ToggleServiceKind } from '../release/toggles/toggle-service';
import { datadogLogToggles } from './datadog-logs/datadog-log-toggles';
import { flipperToggles } from './flipper/flipper-toggles';
import { flipperPageToggles } from './flipper-page/flipper-page-toggles';
import { httpToggles } from './http/http-toggles';
import type { TogglePlace } from './key';
import { unleashToggles } from './unleash/unleash-toggles';

type Sections = Required<Pick<NonNullable<Release['toggleService']>, ToggleServiceKind>>;

/** Every kind by its section of `toggleService`: a kind is a folder beside this file, and a line here. */
const KINDS: {
  [Kind in ToggleServiceKind]: (
    section: NonNullable<Sections[Kind]>,
    place: TogglePlace,
    release: Pick<Release, 'datadog'>,
  ) => ToggleService;
} = {
  flipper: flipperToggles,
  flipperPage: flipperPageToggles,
  unleash: unleashToggles,
  http: httpToggles,
  datadogLogs: datadogLogToggles,
};

/**
 * What a release's toggles are asked of, as it is reached from here; undefined for a release that names nothing. With
 * STAGEWATCH_TOGGLES_URL a stand-in on this machine is asked in its place.
 *
 * @throws Error when the environment lacks its key, or names a stand-in elsewhere
 */
export function toggleServiceOf(
  release: Pick<Release, 'toggleService' | 'datadog'>,
  place: TogglePlace,
): ToggleService | undefined {
  const { toggleService } = release;
  if (!toggleService) return undefined;
  const kind = (Object.keys(KINDS) as ToggleServiceKind[]).find((one) => toggleService[one] !== undefined)!;
  const section = toggleService[kind]!;
  const asked =
    'url' in section ? { ...section, url: standInFor(section.url, place.env.STAGEWATCH_TOGGLES_URL) } : section;
  return (KINDS[kind] as (section: unknown, place: TogglePlace, release: Pick<Release, 'datadog'>) => ToggleService)(
    asked,
    place,
    release,
  );
}

/** The same address on a stand-in, whose braces stay as they are. */
function standInFor(url: string, standIn: string | undefined): string {
  if (standIn === undefined) return url;
  const local = loopbackUrl(standIn);
  if (!local)
    throw new Error(
      'STAGEWATCH_TOGGLES_URL - expected http://127.0.0.1:PORT or nothing; it is for tests on one machine',
    );
  return url.replace(/^https?:\/\/[^/]+/, local.origin);
}
