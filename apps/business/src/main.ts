/** The backend: reads settings, boots what the placement says, serves, and stops cleanly. */
import { askInstance, holdInstance } from '@morrow/adapter-embedded-postgres';
import { boot, type Running } from './boot.ts';
import { sentenceOf } from './boot-faults.ts';
import { secureDataFolder } from './data-folder.ts';
import type { FleetMessage } from './fleet-members.ts';
import { openHttp, type Shell } from './http-shell.ts';
import { dropCommandLineKey } from './request-context.ts';
import { dropServerFile, writeServerFile } from './server-file.ts';
import { readSettings, release, type Settings } from './settings.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

function banner({ mode, modules, dataDirectory, natsUrl }: Settings, url: string): void {
  say(`Morrow ${release} is ready`);
  say(`  address   ${url}`);
  say(`  mode      ${mode}${natsUrl ? `, over ${natsUrl}` : ''}`);
  say(`  hosts     ${modules.join(', ')}`);
  say(`  data      ${dataDirectory}`);
  say(`  API       ${url}/api`);
  say(`  stop      Ctrl+C; nothing acknowledged is lost`);
  say(`  next      npx --no morrow import retail sample`);
  say(`  help      npx --no morrow help`);
}

/** A member of a fleet works while its supervisor does, and ends when that says so: Ctrl+C, which a
 * terminal sends to all at once, is for the supervisor. */
function followFleet(running: Running, stop: () => void): void {
  process.on('SIGINT', () => undefined);
  process.on('disconnect', stop);
  process.on('message', (message: FleetMessage) => {
    if (message.rest) void running.rest().finally(() => process.send?.({ resting: true }));
  });
}

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  process.title = `morrow ${settings.modules.join('+')}`;
  secureDataFolder(settings.dataDirectory);
  dropCommandLineKey(settings.dataDirectory);
  let shell: Shell | undefined;
  const isAlone = !process.env['M_FLEET'];
  if (isAlone) {
    const describe = () => ({ pid: process.pid, url: shell?.url });
    const held = await holdInstance(settings.dataDirectory, describe);
    if (!held) {
      const other = await askInstance(settings.dataDirectory);
      if (!other) throw new Error('Another start on this data did not get ready: try again.');
      say(`Already running (process ${other.pid}): open ${other.url}`);
      process.exit(0);
    }
  }
  const running = await boot(settings, process.env);
  let isStopping = false;
  const stop = async (exitCode: number) => {
    if (isStopping) return;
    isStopping = true;
    if (settings.isGateway) dropServerFile(settings.dataDirectory);
    await shell?.close();
    await running.stop();
    process.exit(exitCode);
  };
  const stopNow = () => void stop(0);
  process.on('SIGTERM', stopNow);
  if (isAlone) process.on('SIGINT', stopNow);
  else followFleet(running, stopNow);
  try {
    shell = await openHttp(running);
  } catch (error) {
    await running.stop();
    throw error;
  }
  if (settings.isGateway) writeServerFile(settings.dataDirectory, settings.placement, shell.url);
  process.send?.({ ready: shell.url });
  if (isAlone) banner(settings, shell.url);
}

start().catch((error: unknown) => {
  process.stderr.write(`\n  ${sentenceOf(error)}\n\n`);
  if (process.env['LOG_LEVEL'] === 'debug') console.error(error);
  process.exit(1);
});
