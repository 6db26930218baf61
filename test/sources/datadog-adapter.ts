// What the adapter's suite needs of a bundle that was made as the sampler's is.
export { SourceError } from '../../lib/ports';
export { datadogSource, serverOf } from '../../lib/sources/datadog';
