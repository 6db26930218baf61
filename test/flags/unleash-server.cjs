// A real Unleash, as `npm run test:flags` starts it: node unleash-server.cjs FOLDER PORT POSTGRES-PORT
const [folder, port, postgres] = process.argv.slice(2);
const { start } = require(require.resolve('unleash-server', { paths: [folder] }));

start({
  db: { host: '127.0.0.1', port: Number(postgres), user: 'unleash', password: '', database: 'postgres', ssl: false },
  server: { host: '127.0.0.1', port: Number(port) },
  versionCheck: { enable: false },
  telemetry: false,
  authentication: {
    createAdminUser: false,
    initApiTokens: [
      { tokenName: 'test', type: 'admin', projects: ['*'], environment: '*', secret: '*:*.stagewatch-test' },
    ],
  },
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
