import { COLOURS, type Colour } from '../../../lib/report/charts/palette';

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
  it.each(TEXT)('%s can be read on its paper', (name) => {
    expect(contrast(COLOURS[name][theme], COLOURS.paper[theme])).toBeGreaterThanOrEqual(4.5);
  });
});
