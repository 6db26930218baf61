import { plain } from '../facts/format';

/**
 * One thing that was looked at: right, not right, looked at without proof, or not to be seen from here. What was not seen
 * is never right, and what had to be proved and was not is no better than wrong.
 */
export interface Check {
  name: string;
  outcome: 'ok' | 'wrong' | 'unproven' | 'skipped';
  /** What is so; for a wrong or unproven one "what - got X, expected Y; next step", for a skipped one why. */
  text: string;
}

/** Letters of an error from elsewhere. */
const LONGEST_TEXT = 500;

const check =
  (outcome: Check['outcome']) =>
  (name: string, text: string): Check => ({ name, outcome, text: plain(text, LONGEST_TEXT) });

export const ok = check('ok');
export const wrong = check('wrong');
export const unproven = check('unproven');
export const skipped = check('skipped');
