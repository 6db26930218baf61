import { plain, plural } from '../facts/format';
import { inert } from './chat';

/** Releases as a subject names them: the only one, or how many they are. */
const releasesText = (releases: readonly string[]): string =>
  releases.length === 1 ? releases[0]! : plural(releases.length, 'release');

/**
 * A message about releases of a stack that belongs to no alert. A filter for any of the releases lets it through. `https`
 * gets a chat notification that is no alarm: nothing would ever resolve it.
 */
export function stackMessage(
  severity: 'page' | 'notice',
  releases: readonly string[],
  about: string,
  lines: readonly string[],
) {
  const subject = plain(`Stagewatch: ${about}: ${releasesText(releases)}`, 99);
  const text = lines.join('\n');
  const chat = {
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title: subject, description: `\`\`\`\n${inert(text)}\n\`\`\`` },
  };
  return {
    subject,
    body: JSON.stringify({ default: text, https: JSON.stringify(chat) }),
    attributes: { severity, release: releases },
  };
}
