import type { Recommendation } from '../judge/verdict';

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

/** Tones of what is judged, by its outcome, and of a verdict. */
export const TONE_RULES = `.pass{--tone:var(--met)}
.breach{--tone:var(--broken)}
.inconclusive{--tone:var(--ink)}
`;

/** The tone of a verdict, as a class; none before the first run. */
export const toneOf = (recommendation: Recommendation | undefined): string =>
  recommendation === undefined ? 'none' : TONES[recommendation];

const TONES: Record<Recommendation, 'pass' | 'inconclusive' | 'breach' | 'none'> = {
  advance: 'pass',
  hold: 'inconclusive',
  'roll back': 'breach',
  'not exposed': 'none',
};

/** Rules that set the variables for what is inside an element: always light, or always dark. */
export const themeRules = (selector: string, theme: 'light' | 'dark'): string =>
  `${selector}{color-scheme:${theme};${shades(theme === 'light' ? 0 : 1)}}\n`;

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
