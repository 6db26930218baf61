import { readFileSync } from 'node:fs';
import path from 'node:path';
import { VIEW_STYLE } from '../../lib/page/view-style';
import { STYLE } from '../../lib/report/report-style';
import { COLOURS, type Colour } from '../../lib/text/palette';

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const TEXT: Colour[] = ['ink', 'faint', 'rate', 'broken', 'met', 'other'];

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the colours of a %s page', (_, theme) => {
  it.each(TEXT)('%s can be read on its paper, and beside it', (name) => {
    expect(contrast(COLOURS[name][theme], COLOURS.paper[theme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(COLOURS[name][theme], COLOURS.ground[theme])).toBeGreaterThanOrEqual(4.5);
  });
});

it('each colour that a style sheet or a chart names is one of them', () => {
  const lib = path.join(__dirname, '..', '..', 'lib');
  const page = readFileSync(path.join(lib, 'page', 'page.css'), 'utf8');
  const styles = [page, VIEW_STYLE];
  const named = [STYLE, ...styles].flatMap((style) => [...style.matchAll(/var\(--(\w+)/g)].map(([, name]) => name!));
  const known = [...Object.keys(COLOURS), 'tone'];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
  expect(styles.join('').match(/#[\da-f]{3,8}\b|rgb|hsl/g)).toBeNull();
});

it('a view touches nothing that is around it', () => {
  const selectors = [...VIEW_STYLE.matchAll(/(?:^|\})\s*([^{}]+)\{/g)].flatMap(([, list]) => list!.split(','));
  expect(selectors.length).toBeGreaterThan(30);
  expect(selectors.filter((one) => !/^(\.stagewatch\b|\.(pass|breach|inconclusive)$)/.test(one.trim()))).toEqual([]);
});
