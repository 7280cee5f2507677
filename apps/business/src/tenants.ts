/** The tenants of this installation: a list in the data directory, `main` from the beginning. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pattern = /^[a-z][a-z0-9]{0,30}$/;
/** Whether the text may name a tenant: its databases and subjects bear it. */
export const isTenantName = (text: string): boolean => pattern.test(text);

export class TenantList {
  readonly #file: string;
  constructor(dataDirectory: string) {
    mkdirSync(dataDirectory, { recursive: true });
    this.#file = join(dataDirectory, 'tenants.json');
    if (!existsSync(this.#file)) this.#write(['main']);
  }
  all(): readonly string[] {
    return JSON.parse(readFileSync(this.#file, 'utf8')) as string[];
  }
  add(name: string): void {
    const known = this.all();
    if (!known.includes(name)) this.#write([...known, name]);
  }
  #write(names: readonly string[]): void {
    const next = `${this.#file}.${process.pid}`;
    writeFileSync(next, `${JSON.stringify(names)}\n`, { mode: 0o600 });
    renameSync(next, this.#file);
  }
}
