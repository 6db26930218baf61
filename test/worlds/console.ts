import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Io } from '../../lib/cli/io';
import { main } from '../../lib/cli/program';
import { LAUNCH, tickOf } from './moments';
import { fileOf } from './small-release';

/** A folder of this test file's own. */
export const folder = () => mkdtempSync(path.join(tmpdir(), 'stagewatch-'));

/** Puts a release file into a folder, as its name is, and says where. */
export function written(root: string, name: string, change: object = {}): string {
  const place = path.join(root, name);
  mkdirSync(place, { recursive: true });
  // JSON is YAML.
  writeFileSync(path.join(place, 'release.yaml'), JSON.stringify(fileOf(change), null, 2));
  return place;
}

interface Circumstances {
  now?: number | (() => number);
  env?: Record<string, string>;
  signal?: AbortSignal;
  onLine?: (line: string) => void;
  /** Told of what goes beside the data. */
  onTalk?: (line: string) => void;
  columns?: number | undefined;
}

/** One command line in this process, and what it said; the environment is afterwards as it was. */
export async function stagewatch(args: string[], circumstances: Circumstances = {}) {
  const {
    now = tickOf(LAUNCH - 1),
    env = {},
    signal = new AbortController().signal,
    onLine,
    onTalk,
    columns,
  } = circumstances;
  const before = { ...process.env };
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    out(line) {
      out.push(line);
      onLine?.(line);
    },
    err(line) {
      err.push(line);
      onTalk?.(line);
    },
    terminal: false,
    columns,
    env: Object.assign(process.env, env),
    now: typeof now === 'number' ? () => now : now,
    signal,
  };
  try {
    const code = await main(args, io);
    return {
      code,
      out: out.join('\n'),
      err: err.join('\n'),
      get json() {
        return JSON.parse(out.join('\n'));
      },
    };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
