/**
 * Lambda gives a function its role's keys by the environment, so the sampler needs no other of the SDK's ways to find
 * some: profiles, SSO, web identity, containers and instance metadata bring five more AWS clients and a sixth of the bundle.
 */
export const envCredentials = {
  name: 'env-credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: 'env-credentials',
      pluginData: { resolveDir },
    }));
    onLoad({ filter: /.*/, namespace: 'env-credentials' }, ({ pluginData: { resolveDir } }) => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir,
    }));
  },
};
