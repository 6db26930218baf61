import type { Release } from '../release/schema';
import { seriesOf } from '../release/series-of';
import { type CsvOptions, type CsvSource, readCsv } from './csv/source';
import { datadogSources } from './datadog/sources';
import type { Place, Sources } from './place';

/** Every source by the section of the release file that names it: a source is a folder beside this file and a line here. */
export const SOURCES: Record<string, (release: Release, place: Place) => Sources> = {
  datadog: datadogSources,
};

/**
 * The source that a release file names, as it is reached from here.
 *
 * @throws Error with all that is missing, a line each
 */
export function sourceOf(release: Release, place: Place): Sources {
  const section = Object.keys(SOURCES).find((name) => name in release);
  if (section === undefined)
    throw new Error(`${release.name} - got no source, expected one of the sections ${Object.keys(SOURCES).join(', ')}`);
  return SOURCES[section]!(release, place);
}

/**
 * A release's counts out of a file, for a replay.
 *
 * @throws CsvError with everything that is wrong, line by line
 */
export const fileSourceOf = (
  release: Release,
  file: string,
  options: Omit<CsvOptions, 'endpoints'>,
): Promise<CsvSource> => readCsv(file, { endpoints: seriesOf(release).map(({ name }) => name), ...options });
