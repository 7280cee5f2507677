/** The data folder: what it is made as, how one that was left open is closed, and whose it may
 * be. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secureDataFolder } from '@morrow/business/parts/data-folder';
import { describe, expect, it, onTestFinished } from 'vitest';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the data folder', () => {
  it('is made for its owner alone', () => {
    const folder = join(newFolder(), 'below', 'data');
    secureDataFolder(folder);
    expect(modeOf(folder)).toBe(0o700);
  });

  it('is closed where it was left open, with what lies in it', () => {
    const folder = newFolder();
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'claim.key'), 'x', { mode: 0o644 });
    mkdirSync(join(folder, 'uploads'), { mode: 0o755 });
    secureDataFolder(folder);
    const modes = ['.', 'claim.key', 'uploads'].map((name) => modeOf(join(folder, name)));
    expect(modes).toEqual([0o700, 0o600, 0o700]);
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(!isRoot)('of another user is refused in one sentence', () => {
    const folder = newFolder();
    chownSync(folder, 12_345, 12_345);
    expect(() => secureDataFolder(folder)).toThrow(
      `The data folder ${folder} belongs to another user (id 12345, not 0): ` +
        'start as that user, or set M_DATA to a folder of your own.',
    );
  });

  it.skipIf(!isRoot)("lets PostgreSQL's account pass through where root serves", () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'postgres'), { mode: 0o700 });
    chownSync(join(folder, 'postgres'), 12_345, 12_346);
    secureDataFolder(folder);
    expect([modeOf(folder), statSync(folder).gid]).toEqual([0o710, 12_346]);
    expect(modeOf(join(folder, 'postgres'))).toBe(0o700);
  });
});
