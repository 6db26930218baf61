import { Presets, SingleBar } from 'cli-progress';
import type { Io } from './io';

/** Progress of long work: a bar on a terminal, a line every tenth elsewhere. */
export interface Progress {
  at(done: number, total: number, doing?: string): void;
  /** Prints a line of data without tearing the bar. */
  print(line: string): void;
  stop(): void;
}

/** Nothing is drawn before `at` was called, or for the first `silentMs`, so quick work stays silent. */
export function progressOn(io: Io, title: string, silentMs = 0): Progress {
  const loudFrom = performance.now() + silentMs;
  let bar: SingleBar | undefined;
  let toldTenths = 0;
  let shown: { done: number; total: number; doing: string } | undefined;
  const draw = () => {
    if (!shown) return;
    if (!bar) {
      bar = new SingleBar(
        {
          format: `${title} {bar} {percentage}% {doing}`,
          hideCursor: true,
          clearOnComplete: true,
          stream: process.stderr,
        },
        Presets.shades_grey,
      );
      bar.start(shown.total, shown.done, { doing: shown.doing });
    }
    bar.setTotal(shown.total);
    bar.update(shown.done, { doing: shown.doing });
  };
  return {
    at(done, total, doing = '') {
      shown = { done, total, doing };
      if (performance.now() < loudFrom) return;
      if (io.terminal) return draw();
      const tenths = Math.floor((10 * done) / Math.max(1, total));
      if (tenths > toldTenths) io.err(`${title} ${tenths * 10}% ${doing}`.trimEnd());
      toldTenths = tenths;
    },
    print(line) {
      bar?.stop();
      bar = undefined;
      io.out(line);
    },
    stop() {
      bar?.stop();
      bar = undefined;
      shown = undefined;
    },
  };
}
