import { MOST_BYTES, widgetHtml } from '../../lib/console/widget';
import type { EndpointView } from '../../lib/text/endpoint';
import { viewOf } from '../../lib/text/view';
import { MOMENTS } from '../worlds/page-moments';

const { release } = MOMENTS.open;
const view = viewOf(MOMENTS.open);
const place = {
  theme: 'light',
  width: 600,
  operator: 'arn:aws:lambda:us-east-1:111111111111:function:Operator',
} as const;
const bytesOf = (widget: string) => Buffer.byteLength(JSON.stringify(widget));

/** Fifty endpoints, the last of them broken, whose words are as long as it takes. */
const many = (letters: number): EndpointView[] =>
  Array.from({ length: 50 }, (_, index) => ({
    ...view.endpoints[index === 49 ? 1 : 0]!,
    name: `#${index}`,
    criteria: view.endpoints[0]!.criteria.map((one) => ({ ...one, reason: '&'.repeat(letters) })),
  }));

test('fifty endpoints are a widget, with all that there is of each', () => {
  const widget = widgetHtml({ ...view, endpoints: many(500) }, release, place);
  expect(bytesOf(widget)).toBeLessThan(MOST_BYTES);
  expect(widget.match(/<article /g)).toHaveLength(50);
  expect(widget).not.toContain('more endpoints');
});

test('of more than a function can answer with, the worst are shown, and the rest is counted', () => {
  const widget = widgetHtml({ ...view, endpoints: many(60_000) }, release, place);
  expect(bytesOf(widget)).toBeLessThanOrEqual(MOST_BYTES);
  expect(widget.match(/<article /g)).toHaveLength(12);
  expect(widget).toContain('<p>38 more endpoints are not shown; these are the worst.');
  expect(widget.indexOf('id="endpoint-%2349"')).toBeLessThan(widget.indexOf('id="endpoint-%230"'));
  expect(widget).toContain('ROLL BACK');
});

test('what is no longer true is not offered: nothing to acknowledge, and no silence to end', () => {
  const words = (moment: keyof typeof MOMENTS) =>
    [...widgetHtml(viewOf(MOMENTS[moment]), release, place).matchAll(/class="btn"[^>]*>([^<]*)</g)].map(
      ([, word]) => word,
    );
  expect(words('quiet')).toEqual(['Enter the stage', 'Silence', 'Undo the newest stage entry']);
  expect(words('silenced')).toEqual([
    'Enter the stage',
    'Silence',
    'Acknowledge what is open',
    'End all silences',
    'Undo the newest stage entry',
  ]);
});

test('a button is the element before its action, and its JSON has no character of HTML', () => {
  const evil = { ...release, name: '</cwdb-action><b>&"\u2028' };
  const widget = widgetHtml(view, evil, place);
  const actions = [...widget.matchAll(/<\/a><cwdb-action [^>]*>([^<]*)<\/cwdb-action>/g)];
  expect(actions).toHaveLength(widget.match(/<cwdb-action/g)!.length);
  for (const [, json] of actions) expect(JSON.parse(json!).release).toBe(evil.name);
});
