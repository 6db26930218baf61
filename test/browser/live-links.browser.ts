import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageHtml } from '../../lib/page/page';
import { type ViewFacts, viewOf } from '../../lib/text/view';
import { MOMENTS } from '../worlds/page-moments';

// docs/live-page.md says how to run it.
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const EVERY = 0.1;
const CONTRAST = readFileSync(path.join(__dirname, 'contrast.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  if (!existsSync(CHROMIUM))
    throw new Error(`chromium - got none at ${CHROMIUM}, expected a browser; say in CHROMIUM where one is`);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(() => browser?.close());

/** A page that shows these facts, and others when it is told so; undefined is before the history is open. */
async function opened(facts: ViewFacts | undefined) {
  const page = await browser.newPage();
  let shown = facts;
  await page.route('http://live.test/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: pageHtml(shown && viewOf(shown), { everySeconds: EVERY }),
    }),
  );
  await page.goto('http://live.test/');
  const becomes = async (next: ViewFacts) => {
    shown = next;
    await page.getByText(`as of ${pageTime(next)}`).waitFor();
  };
  return { page, becomes };
}
const pageTime = (facts: ViewFacts) => /as of ([^<]*)</.exec(pageHtml(viewOf(facts), { everySeconds: EVERY }))![1]!;
const focused = (page: Page) => page.locator(':focus').getAttribute('id');

test('every link and every table is reached by Tab, in the order of the page, with a visible focus', async () => {
  const { page } = await opened(MOMENTS.open);
  const stops = await page.locator('a, summary').evaluateAll((all) => all.map((one) => one.id || one.className));
  const reached: string[] = [];
  for (const _ of stops) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    reached.push(await page.evaluate('document.activeElement.id || document.activeElement.className'));
  }
  expect(reached).toEqual(stops);
  expect(stops.length).toBeGreaterThan(12);
  await page.close();
});

test('the focus stays on a link whose section is replaced, and it leads to the newer hours', async () => {
  const { page, becomes } = await opened(MOMENTS.open);
  for (const name of [
    'Datadog, #show, last 48 hours',
    /^Datadog, #show is not consistent/,
    /^Datadog, #show, consistent.*baseline, 4/,
  ]) {
    const link = page.getByRole('link', { name });
    await link.focus();
    await link.evaluate((element) => Object.assign(element, { old: true }));
    const id = await focused(page);
    await becomes({ ...MOMENTS.open, now: MOMENTS.open.now + 3_600_000 });
    expect(await focused(page)).toBe(id);
    expect(await page.locator(':focus').evaluate((element) => 'old' in element)).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await becomes(MOMENTS.open);
  }
  await page.close();
});

test('of more endpoints than are shown the focus and an open table stay with theirs when others become the worst', async () => {
  const { verdict, release, snapshots } = MOMENTS.open;
  const names = Array.from({ length: 60 }, (_, index) => `#${index}`);
  const [first] = release.endpoints;
  const among = (broken: string, now = MOMENTS.open.now): ViewFacts => ({
    ...MOMENTS.open,
    now,
    release: { ...release, endpoints: names.map((name) => ({ ...first!, name })) },
    snapshots: new Map(names.map((name) => [name, snapshots.get('#index')!])),
    verdict: {
      ...verdict!,
      findings: names.map((name) => ({
        ...verdict!.findings.find(({ endpoint }) => endpoint === '#index')!,
        endpoint: name,
        outcome: name === broken ? 'breach' : 'pass',
      })),
    },
  });
  const { page, becomes } = await opened(among('#7'));
  const table = page.getByText('Hours of #3 as a table');
  await table.click();
  await page.getByRole('link', { name: 'Datadog, #3, last 48 hours' }).focus();
  await becomes(among('#55', MOMENTS.open.now + 60_000));
  expect(await page.locator('article').first().getAttribute('id')).toBe('endpoint-%2355');
  expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Datadog, #3, last 48 hours');
  expect(await page.locator('details[open] summary').allTextContents()).toEqual(['Hours of #3 as a table']);
  await page.close();
});

test('a page that was opened at the start gets all its sections, and speaks of the verdict', async () => {
  const { page, becomes } = await opened(undefined);
  await page.locator('#word').evaluate((element) => Object.assign(element, { kept: true }));
  await becomes(MOMENTS.open);
  const whole = pageHtml(viewOf(MOMENTS.open), { everySeconds: EVERY });
  const wanted = [...whole.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
  expect(await page.locator('section').evaluateAll((all) => all.map(({ id }) => id))).toEqual(wanted);
  expect(await page.locator('#verdict dl').count()).toBe(1);
  expect(await page.locator('#word').evaluate((element) => 'kept' in element)).toBe(true);
  await page.getByText('Each underlined window leads').waitFor();
  await page.close();
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(Object.keys(MOMENTS) as (keyof typeof MOMENTS)[])('%s has the contrast of WCAG AA', async (name) => {
    const page = await browser.newPage({ colorScheme });
    await page.setContent(pageHtml(viewOf(MOMENTS[name]), { everySeconds: 3600, note: 'a simulation' }));
    for (const summary of await page.locator('summary').all()) await summary.click();
    const ratios = await page.evaluate<{ text: string; ratio: number }[]>(CONTRAST);
    expect(ratios.length).toBeGreaterThan(50);
    // 4.5 for text of the usual size; larger text may have less, and here has not.
    expect(ratios.filter(({ ratio }) => !(ratio >= 4.5))).toEqual([]);
    await page.close();
  });
});
