import * as z from 'zod/mini';
import type { ToggleService } from '../../ports';
import type { Release } from '../../release/schema';
import { type Asking, answerOf, ToggleError } from '../answer';
import { below, pathPart, readEach } from '../each';
import { type TogglePlace, toggleKey } from '../key';
import { isTakenOut, sinceOf } from './events';
import { stateOfStrategies } from './strategies';

const listSchema = z.object({ features: z.array(z.object({ name: z.string() })) });

/**
 * Toggles of an environment of Unleash, by its admin API. Since when one is as it is, is in its events; a token that may
 * not read those still reads the toggle.
 */
export function unleashToggles(
  { url, project, environment }: NonNullable<NonNullable<Release['toggleService']>['unleash']>,
  place: TogglePlace,
): ToggleService {
  const asking: Asking = { header: 'Authorization', key: toggleKey(place) };
  const features = `api/admin/projects/${encodeURIComponent(project)}/features`;
  return {
    read: readEach(async (name, signal) => {
      const [answer, events] = await Promise.all([
        answerOf(
          below(url, `${features}/${pathPart(name)}`),
          `Unleash knows no toggle of that name in project ${project}`,
          {
            ...asking,
            signal,
          },
        ).catch((error: Error) => error),
        answerOf(below(url, `api/admin/events/${pathPart(name)}`), 'Unleash has no events there', {
          ...asking,
          signal,
        }).catch((error) => {
          if (error instanceof ToggleError) return undefined;
          throw error;
        }),
      ]);
      if (answer instanceof Error)
        throw isTakenOut(events, project) ? new ToggleError('it was archived or deleted at Unleash', true) : answer;
      return { state: stateOfStrategies(answer, name, environment), since: sinceOf(events, environment) };
    }),
    async names(signal) {
      const answer = await answerOf(below(url, features), `Unleash has no project ${project}`, { ...asking, signal });
      const list = listSchema.safeParse(answer);
      if (!list.success) throw new ToggleError("Unleash's answer - got another one, expected a list of features");
      return list.data.features.map(({ name }) => name);
    },
  };
}
