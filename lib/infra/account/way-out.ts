import path from 'node:path';
import { Code, type ILayerVersion, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../settings-schema';

/** How functions reach Datadog and AWS. */
export interface WayOut {
  readonly environment: Readonly<Record<string, string>>;
  readonly layers: ILayerVersion[];
  /** None without a proxy. */
  readonly proxyPort?: number;
}

/**
 * The way that the settings ask for, in the words of Node and of the SDK, both of which read them when the function starts.
 * Certificates come in a layer, so that they need no room in the bundle.
 *
 * https://nodejs.org/api/http.html#built-in-proxy-support
 */
export function wayOut(scope: Construct, { fips, proxy, caFile }: Pick<Settings, 'fips' | 'proxy' | 'caFile'>): WayOut {
  const url = proxy && new URL(proxy.url);
  const name = caFile !== undefined && path.basename(caFile);
  return {
    environment: {
      ...(fips && { AWS_USE_FIPS_ENDPOINT: 'true' }),
      ...(proxy && {
        NODE_USE_ENV_PROXY: '1',
        HTTPS_PROXY: proxy.url,
        ...(proxy.noProxy && { NO_PROXY: proxy.noProxy.join() }),
      }),
      ...(name && { NODE_EXTRA_CA_CERTS: `/opt/${name}` }),
    },
    layers: name
      ? [
          new LayerVersion(scope, 'Authorities', {
            description: 'Certificates of authorities that Stagewatch trusts besides those of Node',
            code: Code.fromAsset(path.dirname(caFile), { exclude: ['*', `!${name}`] }),
          }),
        ]
      : [],
    ...(url && { proxyPort: Number(url.port) || (url.protocol === 'http:' ? 80 : 443) }),
  };
}
