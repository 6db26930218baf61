import type { Outline } from '../markdown/outline';

/** What a plan says of something, and in which of its lines; or what a person has to say in its place. */
export type Said<T> = { value: T; line: number } | { todo: string };

/** A line that seems to say something of a release, and why it could not be read. */
export interface Unread {
  line: number;
  why: string;
}

/** A plan as its readers look at it: lines from 1, those of examples empty. */
export interface Reading extends Outline {
  source: string;
  lines: string[];
  lineAt(offset: number): number;
}
