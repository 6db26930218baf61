#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In a checkout, what runs is what the sources say now; the package has none of them, and was compiled when it was packed.
if (existsSync(new URL('stagewatch.ts', import.meta.url))) {
  const { buildCommand } = await import('../scripts/command.mjs');
  await buildCommand();
}
if (process.env.STAGEWATCH_DEBUG) process.setSourceMapsEnabled(true);
await import(new URL('../dist/command/stagewatch.mjs', import.meta.url).href);
