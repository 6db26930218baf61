import type { BuildOptions } from 'esbuild';

export declare const SETTINGS: BuildOptions & { write: false };
