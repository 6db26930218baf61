/**
 * The colours of the report, its charts and the live page as CSS variables, [light, dark]. Hues are those of Okabe and Ito
 * ("Color Universal Design", 2008), which people with any colour vision tell apart, darkened or lightened until text has a
 * contrast of 4.5 : 1 on its paper. What is open has no hue of its own: a readable yellow is too near to what is broken.
 */
export const COLOURS = {
  /** Behind the paper. */
  ground: ['#f6f7f9', '#0d1117'],
  paper: ['#ffffff', '#14181d'],
  ink: ['#1b1f24', '#e6e9ed'],
  faint: ['#57606a', '#a3adb8'],
  rule: ['#d0d7de', '#3a424c'],
  unknown: ['#dfe3e8', '#343b44'],
  band: ['#d9ecf8', '#173247'],
  rate: ['#0067a3', '#5cb8ef'],
  hourly: ['#8fbfdd', '#2f6f98'],
  broken: ['#b34700', '#ff9655'],
  met: ['#00734f', '#3fd0a4'],
  other: ['#8a3d73', '#e39fcb'],
} as const;

const shades = (theme: 0 | 1) =>
  Object.entries(COLOURS)
    .map(([name, both]) => `--${name}:${both[theme]}`)
    .join(';');

/** Rules that set the variables: as the reader's screen is, and light on paper. */
export const COLOUR_RULES = `:root{color-scheme:light dark;${shades(0)}}
@media (prefers-color-scheme:dark){:root{${shades(1)}}}
@media print{:root{color-scheme:light;${shades(0)}}}
`;

export type Colour = keyof typeof COLOURS;

/** A colour in a chart; the page or {@link inLight} says which it is. */
export const colour = (name: Colour) => `var(--${name})`;

/** A chart on its own, for viewers that know no CSS variables: light, on paper. */
export const inLight = (svg: string): string => svg.replace(/var\(--(\w+)\)/g, (_, name: Colour) => COLOURS[name][0]);
