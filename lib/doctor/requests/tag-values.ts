/** How the values of an endpoint's tags are written: those of several with their keys. */
export const tagValuesText = (keys: readonly string[], values: readonly string[]): string =>
  keys.length === 1 ? values[0]! : keys.map((key, index) => `${key}:${values[index]}`).join(', ');
