// One set-up at a time in a checkout, also after a kill -9 of the one before: its npm may still be
// writing.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.mjs';
import { fail, say } from './say.mjs';

const file = join(root, '.setup.lock');
const childFile = `${file}.child`;
const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** When a process began, in ticks since boot: a number that was used again has another. */
const bornAt = (pid) => {
  const stat = read(`/proc/${pid}/stat`);
  return stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] : '';
};
const stamp = (pid) => `${pid} ${bornAt(pid)}`;
function isAlive(text) {
  const [pid, born] = text.split(' ');
  if (!pid) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return !born || !bornAt(pid) || bornAt(pid) === born;
}

let isHeld = false;
/** Waits until no other set-up is at work here, and holds the lock until this process ends. */
export function holdLock() {
  for (let told = false; !isHeld;) {
    try {
      writeFileSync(file, stamp(process.pid), { flag: 'wx' });
      process.on('exit', () => rmSync(file, { force: true }));
      isHeld = true;
      return;
    } catch (error) {
      if (error.code !== 'EEXIST')
        fail(`The checkout ${root} cannot be written by this user. Check who owns it.`);
    }
    const owner = read(file);
    if (owner && isAlive(owner)) {
      if (!told) say(`another set-up (process ${owner.split(' ')[0]}) is running; waiting for it`);
      told = true;
      sleep(200);
      continue;
    }
    sleep(50);
    if (read(file) !== owner) continue;
    while (isAlive(read(childFile))) {
      if (!told) say('an interrupted install is still writing; waiting for it');
      told = true;
      sleep(200);
    }
    rmSync(file, { force: true });
  }
}

/** Notes npm's own process, which goes on when this one is killed. */
export const noteChild = (pid) => writeFileSync(childFile, stamp(pid));
