// Brings a checkout to the point where it can serve, run its tests or its command line: `ensure.mjs
// start|enterprise|install|test|soak|build|cli`.
// Plain JavaScript for Node 18 or newer, no packages: it runs before there are any.
import { existsSync } from 'node:fs';
import { build } from './build.mjs';
import { gate } from './gate.mjs';
import { localNode } from './checkout.mjs';
import { install } from './install.mjs';
import { findNatsServer } from './nats-server.mjs';
import { fail, say } from './say.mjs';
import { soak } from './soak.mjs';

const [mode = 'start', ...rest] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < 18)
  fail(`Node ${process.version} is too old. Install Node 20.19 or newer.`);

await install();
if (!existsSync(localNode))
  fail('npm did not put Node 24 into node_modules. Run `npm ci` and read its output.');
if (mode === 'install') process.exit(0);
if (mode === 'test') process.exit(await gate(rest));
if (mode === 'soak') process.exit(await soak(rest));
await build();
if (mode === 'enterprise') {
  // Fetches the server where it is nowhere yet; `npm run enterprise` asks for its path afterwards.
  const { server, reason } = findNatsServer(say);
  if (!server && !process.env.NATS_URL) fail(`${reason} Or set NATS_URL to one that runs.`);
}
