/** A data folder is served only as it was written: in its mode, and from its databases. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boot } from '@morrow/business/parts/boot';
import { domains } from '@morrow/business/parts/module-catalog';
import { readSettings, type Mode } from '@morrow/business/parts/settings';
import { describe, expect, it } from 'vitest';
import { newGround, type Ground } from '../worlds/served.features.ts';

const file = 'placement.json';
/** Boots all domains in this process and stops; the sentence where the folder is refused. */
async function start({ env }: Ground, mode: Mode, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const asked = { ...env, M_MODE: mode, M_MODULES: domains.join(','), ...more };
  try {
    const running = await boot(readSettings(asked), {});
    await running.stop();
    return 'served';
  } catch (error) {
    return (error as Error).message;
  }
}
const words = {
  indie: 'indie mode (one database for each tenant)',
  enterprise: 'enterprise mode (a database for each domain)',
};
const refused = ({ folder }: Ground, from: Mode, to: Mode) =>
  `The data in ${folder} was written in ${words[from]} and cannot be served in ${words[to]}. ` +
  'Moving data from one to the other is not available yet.';

describe.each([
  ['indie', 'enterprise'],
  ['enterprise', 'indie'],
] as const)('a folder that was written in %s mode', (own, other) => {
  it(`is served in it again, and not in ${other} mode`, async () => {
    const ground = await newGround();
    expect(await start(ground, own)).toBe('served');
    expect(JSON.parse(readFileSync(join(ground.folder, file), 'utf8'))).toMatchObject({
      mode: own,
      servers: Object.fromEntries(
        domains.map((domain) => [domain, { identifier: expect.stringMatching(/^\d+$/) }]),
      ),
    });
    expect(statSync(join(ground.folder, file)).mode & 0o777).toBe(0o600);
    expect(await start(ground, other)).toBe(refused(ground, own, other));
    expect(await start(ground, own)).toBe('served');
  });

  it('by an earlier release is known by its databases', async () => {
    const ground = await newGround();
    expect(await start(ground, own)).toBe('served');
    rmSync(join(ground.folder, file));
    expect(await start(ground, other)).toBe(refused(ground, own, other));
    expect(await start(ground, own)).toBe('served');
  });
});

it('a folder is not served from other databases', async () => {
  const ground = await newGround();
  expect(await start(ground, 'indie')).toBe('served');
  const path = join(ground.folder, file);
  const elsewhere = readFileSync(path, 'utf8').replaceAll(
    /"identifier": "\d+"/g,
    '"identifier": "1"',
  );
  writeFileSync(path, elsewhere);
  expect(await start(ground, 'indie')).toMatch(
    /^The data in \S+ keeps masters in the databases at \S+, not in those at \S+\. Moving data/,
  );
});

it('a record that cannot be read is not overwritten', async () => {
  const ground = await newGround();
  writeFileSync(join(ground.folder, file), '{"form":"morrow.placement/2"}');
  expect(await start(ground, 'indie')).toMatch(/^The file \S+ cannot be read by this release/);
  expect(readFileSync(join(ground.folder, file), 'utf8')).toBe('{"form":"morrow.placement/2"}');
});
