/** Counts are equal when their labels and numbers are, whether they lie packed or in a map. */
const nameOf = (value) => value?.constructor?.name;
const isCounts = (value) => ['Map', 'PackedCounts'].includes(nameOf(value));
const entriesOf = (counts) => [...counts].sort(([a], [b]) => (a < b ? -1 : 1));

expect.addEqualityTesters([
  function sameCounts(a, b) {
    if (!isCounts(a) || !isCounts(b) || (nameOf(a) === 'Map' && nameOf(b) === 'Map')) return undefined;
    return this.equals(entriesOf(a), entriesOf(b));
  },
]);
