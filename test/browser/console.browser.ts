import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { lookHtml, widgetHtml } from '../../lib/console/widget';
import { viewOf } from '../../lib/text/view';
import { MOMENTS } from '../worlds/page-moments';

// A suite of its own, since a machine with Node and npm only has no browser: docs/live-page.md says how to run it.
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const OPERATOR = 'arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:Operator';
const CONTRAST = readFileSync(path.join(__dirname, 'contrast.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  if (!existsSync(CHROMIUM))
    throw new Error(`chromium - got none at ${CHROMIUM}, expected a browser; say in CHROMIUM where one is`);
  // Its sandbox does not start for root, as in a container; all that it loads here is from this test.
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
});

/**
 * A widget as it stands in the console: in a box that scrolls downwards, among things that are not its own, and without the
 * elements that mean something to CloudWatch only.
 */
async function shown(widget: string, width: number, height: number, theme: 'light' | 'dark'): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: width + 40, height: height + 60 }, colorScheme: 'light' });
  const ground = theme === 'dark' ? '#16191f' : '#ffffff';
  await page.setContent(`<body style="margin:20px;background:${ground};font:14px sans-serif"><h2 id="other">Other widget</h2>
<div id="box" style="width:${width}px;height:${height}px;overflow-y:auto;overflow-x:hidden">${widget}</div></body>`);
  for (const summary of await page.locator('summary').all()) await summary.click();
  return page;
}

const BEYOND = `(() => {
  const box = document.getElementById('box');
  const { right } = box.getBoundingClientRect();
  const cut = [...box.querySelectorAll('svg text')].filter((text) => text.getBoundingClientRect().right > right);
  return [box.scrollWidth - box.clientWidth, ...cut.map((text) => text.textContent)];
})()`;

describe.each(Object.entries(MOMENTS))('the widget of a release that is %s', (_, facts) => {
  test.each([
    [600, 400, 'light'],
    [600, 400, 'dark'],
    [1200, 800, 'light'],
    [390, 400, 'dark'],
  ] as const)('fits into %d x %d, %s, opened as far as it goes, and can be read', async (width, height, theme) => {
    const name = `#${'x'.repeat(99)}`;
    const [first, ...rest] = facts.release.endpoints;
    const release = { ...facts.release, endpoints: [{ ...first!, name }, ...rest] };
    const place = { theme, width, operator: OPERATOR };
    const page = await shown(widgetHtml(viewOf({ ...facts, release }), release, place), width, height, theme);
    expect(await page.evaluate(BEYOND)).toEqual([0]);
    const faint = ((await page.evaluate(CONTRAST)) as { text: string; ratio: number }[]).filter(
      ({ text, ratio }) => ratio < 4.5 && text !== 'Other widget',
    );
    expect(faint).toEqual([]);
    await page.close();
  });
});

test('leaves what is around it as it was, and the look before a record fits, too', async () => {
  const asked = { act: 'ack', by: 'Ada', at: 0 } as const;
  const text = [`${'x'.repeat(200)} acknowledged by Ada, in the console`];
  const place = { theme: 'dark', width: 390, operator: OPERATOR } as const;
  const look = lookHtml(MOMENTS.open.release, place, { asked, text, shown: 'x', changed: true });
  const page = await shown(look, 390, 400, 'dark');
  expect(await page.evaluate(BEYOND)).toEqual([0]);
  expect(await page.evaluate("getComputedStyle(document.getElementById('other')).color")).toBe('rgb(0, 0, 0)');
  expect(await page.evaluate('getComputedStyle(document.body).fontSize')).toBe('14px');
  await page.close();
});
