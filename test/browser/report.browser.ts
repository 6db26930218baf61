import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { reportOf } from '../../lib/report/report-facts';
import { reportHtml } from '../../lib/report/report-html';
import { BELOW, CONSISTENT, entered, LAUNCH, releaseOf, showFacts, steady } from '../domain/rollout-facts';

// A suite of its own, since a machine with Node and npm only has no browser: docs/report.md says how to run it.
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const release = releaseOf([CONSISTENT, BELOW]);
const log = [entered('2026-02-11T16:00Z', 'A', 0.25), entered('2026-02-18T16:30Z', 'B', 0.5)];
const outage = (at: number) =>
  at === LAUNCH + 200 ? ([900, 560] as const) : at > LAUNCH + 300 ? 'unknown' : steady(at);
const reportAfter = (hours: number) =>
  reportOf(release, {
    log: hours > 0 ? log : [],
    snapshots: showFacts(LAUNCH + hours, outage),
    newest: LAUNCH + hours - 1,
    alerts: [],
  });

let browser: Browser;
const folder = mkdtempSync(path.join(tmpdir(), 'report-'));
beforeAll(async () => {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath)
    throw new Error(
      'browser - got none, expected a Chromium; install one (apt-get install chromium) or say where: CHROMIUM=...',
    );
  // Nothing but the page below is opened; as root Chromium has no sandbox.
  browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function opened(hours: number, width: number, colorScheme: 'light' | 'dark', change = (text: string) => text) {
  const file = path.join(folder, 'report.html');
  writeFileSync(file, change(reportHtml(reportAfter(hours))));
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const problems: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) problems.push(request.url());
  });
  await page.goto(`file://${file}`);
  return { page, problems };
}

describe.each([
  ['not launched', 0],
  ['three hours old', 3],
  ['with an outage and a blind end', 320],
])('the report of a release %s', (_, hours) => {
  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('fits a screen of %d px, %s, and breaks no rule of its policy', async (width, scheme) => {
    const { page, problems } = await opened(hours, width, scheme);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const charts = page.locator('svg:visible');
    expect(await charts.count()).toBe(hours > 0 ? 2 : 1);
    for (const text of await charts.locator('text').all()) {
      const box = (await text.boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
    }
    const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(paper).toBe(scheme === 'dark' ? 'rgb(20, 24, 29)' : 'rgb(255, 255, 255)');
    expect(problems).toEqual([]);
    await page.close();
  });
});

it('runs no script, even if one got into the page', async () => {
  const { page, problems } = await opened(3, 390, 'light', (text) =>
    text.replace('</main>', '<script>document.title = "taken"</script></main>'),
  );
  expect(await page.title()).toBe('Document Status: hold');
  expect(problems.join()).toContain('Content Security Policy');
  await page.close();
});
