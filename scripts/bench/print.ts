/** Two significant digits; a dash for what could not be had. */
export const number = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(2))) : '-');
export const percent = (value: number): string =>
  Number.isFinite(value) ? `${Number((value * 100).toFixed(1))} %` : '-';
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
export const table = (head: readonly string[], rows: readonly string[][]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
