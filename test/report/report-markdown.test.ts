import fc from 'fast-check';
import { plain } from '../../lib/domain/format';
import { reportOf } from '../../lib/report/report-facts';
import { reportFiles } from '../../lib/report/report-files';
import { markdown } from '../../lib/report/report-markdown';
import { CONSISTENT, entered, LAUNCH, releaseOf, showFacts } from '../domain/rollout-facts';
import { hostileText } from '../fuzz/hostile-text';

describe('text in Markdown', () => {
  it('is no mark, link, mention or HTML', () => {
    expect(markdown('#1 <b> | @me')).toBe('\\#1 \\<b\\> \\| \\@me');
    expect(markdown('https://example.org www.example.org')).toBe('https\\://example.org www\\.example.org');
    expect(markdown('- one')).toBe('\\- one');
    expect(markdown('1. one')).toBe('1\\. one');
    expect(markdown('0.353 % (3 of 850)')).toBe('0.353 % (3 of 850)');
  });

  it('holds no character that means something without a backslash, and loses none', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const escaped = markdown(text);
        expect(escaped.replace(/\\[!-/:-@[-`{-~]/g, 'x')).not.toMatch(
          /[\\`*_{}[\]<>#|~$@&!]|:\/\/|www\.|^[-+=]|^\d+[.)](\s|$)/i,
        );
        expect(escaped.replace(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(plain(text, Number.POSITIVE_INFINITY));
      }),
    );
  });
});

describe('the files of a report', () => {
  const release = releaseOf([CONSISTENT]);
  const A = entered('2026-02-11T16:00Z', 'A', 0.25);
  const facts = { log: [A], snapshots: showFacts(LAUNCH + 5), newest: LAUNCH + 4, alerts: [] };
  const files = new Map(reportFiles(reportOf(release, facts)).map(({ name, content }) => [name, content]));

  it('are the page, and Markdown with every chart that it shows', () => {
    expect([...files.keys()]).toEqual(['report.html', 'report.md', 'endpoint-1-rate.svg', 'endpoint-1-evidence.svg']);
    const shown = [...files.get('report.md')!.matchAll(/^!\[[^\]]*\]\(([^)]*)\)$/gm)].map(([, name]) => name);
    expect(shown).toEqual(['endpoint-1-rate.svg', 'endpoint-1-evidence.svg']);
    expect(files.get('report.md')).toMatch(
      /^# Document Status\n\n\*\*HOLD\*\*: the stage is planned until 2026-02-18 11:00 EST/,
    );
  });

  it('have tables whose rows are as long as their heads', () => {
    const tables = files
      .get('report.md')!
      .split('\n\n')
      .filter((part) => part.startsWith('|'));
    expect(tables.length).toBeGreaterThan(4);
    for (const table of tables) {
      const cells = table
        .trim()
        .split('\n')
        .map((line) => line.replace(/\\\|/g, '').split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  it('have charts that any viewer can show: colours of their own, and words', () => {
    for (const [name, content] of files) {
      if (!name.endsWith('.svg')) continue;
      expect(content).not.toContain('var(');
      expect(content).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*>\n<title>#show, /);
    }
  });
});
