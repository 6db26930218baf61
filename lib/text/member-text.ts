import { CRITERION_TEXT, type CriterionKind } from '../judge/verdict';

/** What an open reason to page says of the release. @example memberText('#show/ceiling') === '#show is not below the release ceiling' */
export function memberText(key: string): string {
  const at = key.lastIndexOf('/');
  if (at < 0) return 'no data comes in';
  const [endpoint, what] = [key.slice(0, at), key.slice(at + 1)];
  return what === 'silent' ? `${endpoint} is silent` : `${endpoint} is not ${CRITERION_TEXT[what as CriterionKind]}`;
}
