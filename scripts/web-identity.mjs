/**
 * Prints the token by which AWS knows a job of GitHub Actions: node scripts/web-identity.mjs > file
 * (https://docs.github.com/en/actions/reference/security/oidc). The SDK finds the file by AWS_WEB_IDENTITY_TOKEN_FILE.
 */
const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = process.env;
const answer = await fetch(`${url}&audience=sts.amazonaws.com`, {
  headers: { authorization: `bearer ${token}` },
  redirect: 'error',
  signal: AbortSignal.timeout(30_000),
});
const { value } = answer.ok ? await answer.json() : {};
if (typeof value !== 'string') {
  console.error(`identity - got no token from GitHub (HTTP ${answer.status}); run the job again`);
  process.exit(70);
}
process.stdout.write(value);
