import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Report } from '../../lib/report/report-facts';
import { reportHtml } from '../../lib/report/report-html';
import { reportSaying } from '../worlds/hostile-report';
import { MOMENTS } from '../worlds/report-moments';

// A suite of its own, since a machine with Node and npm only has no browser: docs/report.md says how to run it.
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

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

async function opened(html: string, width: number, colorScheme: 'light' | 'dark') {
  const file = path.join(folder, 'report.html');
  writeFileSync(file, html);
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const problems: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) problems.push(request.url());
  });
  await page.goto(`file://${file}`);
  return { page, problems };
}

/** Labels of the charts on the screen that stand beyond its edges. */
const CUT_LABELS = `[...document.querySelectorAll('svg text')].filter((text) => {
  const { left, right } = text.getBoundingClientRect();
  return left < 0 || right > innerWidth;
}).map((text) => text.textContent)`;
const paper = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
const tooWide = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

describe.each(Object.entries(MOMENTS))('the report of a release %s', (_, make) => {
  let report: Report;
  beforeAll(() => {
    report = make();
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('fits a screen of %d px, %s, and breaks no rule of its policy', async (width, scheme) => {
    const { page, problems } = await opened(reportHtml(report), width, scheme);
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    const drawn = report.series.flatMap(({ evidence }) => (evidence.length > 0 ? [1, 1] : [1]));
    expect(await page.locator('svg:visible').count()).toBe(drawn.length);
    expect(await page.evaluate(CUT_LABELS)).toEqual([]);
    expect(await paper(page)).toBe(scheme === 'dark' ? 'rgb(20, 24, 29)' : 'rgb(255, 255, 255)');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('prints light and whole: the days too, and charts on one page', async () => {
    const { page } = await opened(reportHtml(report), 1280, 'dark');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await paper(page)).toBe('rgb(255, 255, 255)');
    const days = await page.locator('details table').evaluateAll((tables) => tables.map((one) => one.clientHeight));
    expect(days).toHaveLength(report.series.length);
    for (const height of days) expect(height).toBeGreaterThan(20);
    expect(await page.evaluate("getComputedStyle(document.querySelector('figure')).breakInside")).toBe('avoid');
    expect(await page.evaluate("getComputedStyle(document.querySelector('main a')).textDecorationLine")).toBe('none');
    await page.close();
  });
});

describe('a page with hostile names', () => {
  const tags = `[...document.querySelectorAll('*')].filter(({ tagName }) => tagName !== 'text')
    .map(({ tagName, attributes }) => [tagName, ...[...attributes].map(({ name }) => name)].join(' '))`;
  const evil = [
    '</td></svg><script>document.title = "taken"</script>',
    '"><img src=x onerror=document.title="taken">',
    "' onmouseover='document.title=1' x='",
    '<!-- --><style>*{display:none}</style>]]><a href="javascript:document.title=1">x</a>',
  ] as const;

  it('has the elements and attributes of any other, in a screen of any width', async () => {
    const usual = await opened(reportHtml(reportSaying(['a', 'b', 'c', 'd'])), 390, 'light');
    const { page, problems } = await opened(reportHtml(reportSaying(evil)), 390, 'light');
    expect(await page.evaluate(tags)).toEqual(await usual.page.evaluate(tags));
    expect(await page.title()).toBe(`${evil[1]}: hold`);
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
    await Promise.all([page.close(), usual.page.close()]);
  });

  it('runs no script, even if one got into the page', async () => {
    const html = reportHtml(reportSaying(['a', 'b', 'c', 'd']));
    const { page, problems } = await opened(
      html.replace('</main>', '<script>document.title = "taken"</script></main>'),
      390,
      'light',
    );
    expect(await page.title()).toBe('b: hold');
    expect(problems.join()).toContain('Content Security Policy');
    await page.close();
  });
});

it('a link opens a page of its own, and tells it nothing of where it was followed', async () => {
  const { page } = await opened(reportHtml(reportSaying(['a', 'b', 'c', 'd'])), 1280, 'light');
  await page.context().route(/^https:/, (route) => route.fulfill({ body: 'dashboard', contentType: 'text/html' }));
  const [other] = await Promise.all([page.waitForEvent('popup'), page.locator('#results a').first().click()]);
  await other.waitForLoadState();
  expect(other.url()).toMatch(/^https:\/\/x\.datadoghq\.com\/dashboard\/.*from_ts=1768406400000&to_ts=1770825600000/);
  expect(await other.evaluate('[document.referrer, opener]')).toEqual(['', null]);
  await page.close();
});
