import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the local history in a folder was played from; absent where real data is kept. */
export interface Simulation {
  release: string;
  scenario: string;
  seed: number;
  /** The stages were entered, not read from toggles. */
  byHand?: boolean;
}

/** How people are told that nobody has measured this. */
export const simulationText = ({ scenario, seed }: Simulation): string =>
  `a simulation: scenario ${scenario}, seed ${seed}`;

const fileOf = (dir: string) => path.join(dir, 'simulation.json');

export function readSimulation(dir: string): Simulation | undefined {
  return existsSync(fileOf(dir)) ? (JSON.parse(readFileSync(fileOf(dir), 'utf8')) as Simulation) : undefined;
}

export function writeSimulation(dir: string, simulation: Simulation): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${fileOf(dir)}.new`, `${JSON.stringify(simulation)}\n`);
  renameSync(`${fileOf(dir)}.new`, fileOf(dir));
}
