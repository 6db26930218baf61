// What the adapters' suites need of a bundle that was made as the sampler's is.
export { SourceError } from '../../../lib/ports';
export { serverOf } from '../../../lib/sources/datadog/api';
export { datadogEvents } from '../../../lib/sources/datadog/events';
export { datadogSource } from '../../../lib/sources/datadog/source';
