import { clock, plain } from '../facts/format';
import type { Instant } from '../facts/hour';
import { type Addressee, bringTo, type Missed } from '../receivers/courier';
import { RECEIVERS } from '../receivers/receivers';
import type { Book } from './book';
import type { Io } from './io';
import type { Connected } from './notify';

/** As often as the alarm of a stack waits for: the next hour catches up with one that failed. */
const FAILED_HOURS = 3;

/** How a watch brings messages to receivers. Nothing of it ever ends the watch. */
export interface Bringing {
  /** After an hour's work: what is new, and what was not taken before. @param failure why the hour failed */
  afterHour(failure: string | undefined): Promise<void>;
  /** Between two hours: what was not taken, and what people have acknowledged since. */
  again(): Promise<void>;
}

/** A watch's messages, from its history to the receivers; what they do not take is said once. */
export function bringing({ release, history, receiptsOf }: Book, told: readonly Connected[], io: Io): Bringing {
  const addressees = told.map(({ name, tell }): Addressee => {
    return { title: RECEIVERS[name].title, tell, receipts: receiptsOf(name) };
  });
  let missed: Missed[] = [];
  let said = new Set<string>();
  let onCall = 0;
  let failed = 0;
  /** Who knows that the hours fail, and since when they do. */
  const knowing = new Set<Connected>();

  async function bring(): Promise<void> {
    try {
      onCall = (await history.onCall()).length;
      missed = await bringTo(addressees, release, history, io.now());
      const lines = missed.map((one) => missedText(one, release.timeZone));
      for (const line of lines) if (!said.has(line)) io.err(line);
      said = new Set(lines);
    } catch (error) {
      io.err(`messages wait, as the history cannot be read: ${(error as Error).message}`);
    }
  }

  /** The history may be lost, so nothing of this is read from it, or kept there. */
  async function tellOfWatch(state: 'ALARM' | 'OK', reason: string, at: Instant): Promise<void> {
    const name = `stagewatch watch ${release.name}`;
    await Promise.all(
      told
        .filter((one) => knowing.has(one) === (state === 'OK'))
        .map(async (one) => {
          try {
            await one.tell({ kind: 'alarm', id: `${name}/${at}`, name, state, reason, at });
            if (state === 'ALARM') knowing.add(one);
            else knowing.delete(one);
          } catch (error) {
            io.err(`${RECEIVERS[one.name].title} did not take that the watch fails: ${(error as Error).message}`);
          }
        }),
    );
  }

  return {
    async afterHour(failure) {
      if (told.length === 0) return;
      failed = failure === undefined ? 0 : failed + 1;
      if (failure === undefined) {
        await tellOfWatch('OK', `${release.title}: the watch works again`, io.now());
        return bring();
      }
      const reason = plain(
        `${release.title}: the watch has failed for ${failed} hours, so nobody judges the release: ${failure}`,
      );
      if (failed >= FAILED_HOURS) await tellOfWatch('ALARM', reason, io.now());
    },
    async again() {
      if (told.length === 0 || failed > 0) return;
      const isNews = await history.onCall().then(
        (log) => log.length !== onCall,
        () => false,
      );
      if (isNews || missed.some(({ lost }) => !lost)) await bring();
    },
  };
}

function missedText({ title, alert: { at, change, seq }, failure, lost }: Missed, timeZone: string): string {
  const what = `message ${seq} (${change}) of ${clock(at, timeZone)}`;
  return lost
    ? `${title} never took ${what}, and it is not tried any more: ${failure}`
    : `${title} has not taken ${what}, which is tried again: ${failure}`;
}
