import * as z from 'zod/mini';
import type { ToggleService } from '../../ports';
import type { Release } from '../../release/schema';
import { type Asking, answerOf, ToggleError } from '../answer';
import { below, pathPart, readEach } from '../each';
import { type TogglePlace, toggleKey } from '../key';
import { stateOfGates } from './gates';

const listSchema = z.object({ features: z.array(z.object({ key: z.string() })) });

/** Flipper's own answer for a feature that it does not have; anything may answer 404 at another address. */
const missingSchema = z.object({ code: z.literal(1) });

const missing = (body: string): ToggleError =>
  missingSchema.safeParse(parsed(body)).success
    ? new ToggleError('Flipper knows no toggle of that name', true)
    : new ToggleError('there is no Flipper API at its address (HTTP 404)');

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Toggles of a Flipper with its HTTP API mounted. It does not know since when a gate is as it is. */
export function flipperToggles(
  { url, header }: NonNullable<NonNullable<Release['toggleService']>['flipper']>,
  place: TogglePlace,
): ToggleService {
  const asking: Asking = header === undefined ? {} : { header, key: toggleKey(place) };
  return {
    read: readEach(async (name, signal) => {
      const address = below(url, `features/${pathPart(name)}`);
      const answer = await answerOf(address, missing, { ...asking, signal });
      return { state: stateOfGates(answer, name) };
    }),
    async names(signal) {
      const answer = await answerOf(below(url, 'features'), 'Flipper has no list of features there', {
        ...asking,
        signal,
      });
      const list = listSchema.safeParse(answer);
      if (!list.success) throw new ToggleError("Flipper's answer - got another one, expected a list of features");
      return list.data.features.map(({ key }) => key);
    },
  };
}
