import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { slackMessage } from '../../lib/receivers/slack/slack-message';
import { slackArticle, slackPage } from '../../lib/receivers/slack/slack-page';
import { BULLETINS } from '../worlds/bulletins';

// Not Slack itself: lib/receivers/slack/slack-page.ts says what is shown here. SLACK_PICTURES=<folder> keeps the pictures.
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

let browser: Browser;
beforeAll(async () => {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error('browser - got none, expected a Chromium; say where it is: CHROMIUM=...');
  browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}, 60_000);
afterAll(() => browser?.close());

it.each(Object.keys(BULLETINS))(
  '"%s" has what is open and what to do on the first screen of a telephone',
  async (name) => {
    const message = slackMessage(BULLETINS[name]!);
    const page = await browser.newPage({ viewport: { width: 390, height: 700 } });
    await page.setContent(slackPage('bulletins') + slackArticle(message, '3:20 AM'));
    if (process.env.SLACK_PICTURES)
      await page.screenshot({ path: `${process.env.SLACK_PICTURES}/${name}.png`, fullPage: true });
    const tooWide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    const bottoms = await page.evaluate<number[]>(
      '[...document.querySelectorAll("p")].filter((one) => one.textContent.startsWith("👉")).map((one) => one.getBoundingClientRect().bottom)',
    );
    const isToDo = message.text.includes('👉');
    expect([tooWide, bottoms.map((bottom) => bottom < 700)]).toEqual([0, isToDo ? [true] : []]);
    await page.close();
  },
);
