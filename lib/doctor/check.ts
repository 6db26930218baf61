import { plain } from '../facts/format';

/** One thing that was looked at: right, not right, or not to be seen from here. What was not seen is never right. */
export interface Check {
  name: string;
  outcome: 'ok' | 'wrong' | 'skipped';
  /** What is so; for a wrong one "what - got X, expected Y; next step", for a skipped one why. */
  text: string;
}

/** Letters of an error from elsewhere. */
const LONGEST_TEXT = 500;

const check =
  (outcome: Check['outcome']) =>
  (name: string, text: string): Check => ({ name, outcome, text: plain(text, LONGEST_TEXT) });

export const ok = check('ok');
export const wrong = check('wrong');
export const skipped = check('skipped');
