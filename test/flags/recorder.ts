import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Instant } from '../../lib/facts/hour';

/** What a server answered after a move, by path; `at` is its time then. */
export interface RecordedStep {
  move: string;
  at: Instant;
  answers: Record<string, [status: number, body: string]>;
}

export const recordedFile = (name: string) => path.join(__dirname, '..', 'golden', 'flags', `${name}.json`);

/** Notes a server's answers; with GOLDEN=write they become those that `npm test` replays. */
export function recorder(name: string, url: string, headers: Record<string, string>, paths: readonly string[]) {
  const steps: RecordedStep[] = [];
  return {
    async note(move: string) {
      const answers: RecordedStep['answers'] = {};
      for (const one of paths) {
        const response = await fetch(`${url}${one}`, { headers });
        answers[one] = [response.status, (await response.text()).replaceAll(url, '')];
      }
      steps.push({ move, at: Date.now(), answers });
    },
    keep() {
      if (process.env.GOLDEN !== 'write') return;
      mkdirSync(path.dirname(recordedFile(name)), { recursive: true });
      writeFileSync(recordedFile(name), `${JSON.stringify(steps, null, 2)}\n`);
    },
  };
}
