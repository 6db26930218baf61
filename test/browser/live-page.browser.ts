import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageHtml } from '../../lib/page/page';
import { type LivePage, servePage } from '../../lib/page/server';
import type { Release } from '../../lib/release/schema';
import { viewOf } from '../../lib/text/view';
import { LAUNCH, tickOf } from '../worlds/moments';
import { MOMENTS } from '../worlds/page-moments';
import { BAD, FINE } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

// A suite of its own, since a machine with Node and npm only has no browser: docs/live-page.md says how to run it.
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

let browser: Browser;
let world: World;
beforeAll(async () => {
  if (!existsSync(CHROMIUM))
    throw new Error(`chromium - got none at ${CHROMIUM}, expected a browser; say in CHROMIUM where one is`);
  // Its sandbox does not start for root, as in a container; all that it loads here is from this test.
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  world = await openWorld();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

describe('the page of a release that breaks', () => {
  let release: Release;
  let live: LivePage;
  let page: Page;
  let newest: number;
  let complaints: string[];

  beforeEach(async () => {
    world.heal();
    release = await world.launched();
    await world.hours(release, LAUNCH, LAUNCH + 3);
    newest = LAUNCH + 2;
    live = await servePage({ port: 0, everySeconds: 0.2 });
    live.show({ release, history: world.historyOf(release), now: () => tickOf(newest) });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(live.url);
  });
  afterEach(async () => {
    await page.close();
    await live.close();
  });
  const breaks = async () => {
    world.shows((at) => (at > LAUNCH + 2 ? BAD : FINE));
    await world.hours(release, LAUNCH + 3, LAUNCH + 6);
    newest = LAUNCH + 5;
  };
  const word = () => page.locator('#word');

  test('shows the verdict, and the new one without being asked or loaded anew', async () => {
    expect(await word().textContent()).toBe('HOLD');
    await word().evaluate((element) => Object.assign(element, { kept: true }));
    await breaks();
    await page.getByText('ROLL BACK', { exact: true }).waitFor();
    expect(await page.title()).toBe('ROLL BACK - Small');
    // The same element, or a screen reader would not speak of the change.
    expect(await word().evaluate((element) => 'kept' in element)).toBe(true);
    expect(await page.locator('#verdict').getAttribute('class')).toBe('breach');
    await page.getByText('#show is not below its limit').waitFor();
    await page
      .getByText(/^ALARM: ROLL BACK: #show /)
      .first()
      .waitFor();
    expect(await page.locator('.chart.wide title').count()).toBe(48);
    expect(complaints).toEqual([]);
  });

  test('can be used with the keyboard alone, and an update takes neither focus nor what was opened', async () => {
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the verdict');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('verdict');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Hours of #show as a table');
    await page.keyboard.press('Enter');
    const rows = page.locator('tbody tr');
    expect(await rows.first().isVisible()).toBe(true);
    await breaks();
    await rows.first().getByText('50 %').waitFor();
    expect(await page.locator(':focus').textContent()).toBe('Hours of #show as a table');
    expect(await rows.first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('says when Stagewatch no longer answers', async () => {
    expect(await page.locator('#lost').isVisible()).toBe(false);
    await live.close();
    await page.locator('#lost').waitFor({ state: 'visible' });
    expect(await word().textContent()).toBe('HOLD');
  });

  test('keeps itself true without scripts, too', async () => {
    const without = await browser.newContext({ javaScriptEnabled: false });
    const plain = await without.newPage();
    await plain.goto(live.url);
    expect(await plain.locator('#word').textContent()).toBe('HOLD');
    await breaks();
    await plain.getByText('ROLL BACK', { exact: true }).waitFor();
    await without.close();
  });

  test('obeys no script but its own', async () => {
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken"';
      document.body.append(script);
    `);
    expect(await page.title()).toBe('HOLD - Small');
    expect(complaints.join()).toContain('Content Security Policy');
  });
});

describe.each(Object.entries(MOMENTS))('%s', (_, facts) => {
  test.each([1280, 390])('fits into %d px, opened as far as it goes', async (width) => {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const name = `#${'x'.repeat(99)}`;
    const [first, ...rest] = facts.release.endpoints;
    const release = { ...facts.release, endpoints: [{ ...first!, name }, ...rest] };
    await page.setContent(pageHtml(viewOf({ ...facts, release }), { everySeconds: 3600 }));
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.close();
  });
});
