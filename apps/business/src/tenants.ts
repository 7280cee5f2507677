/** The tenants of this installation: a list in the data directory, `main` from the beginning, that
 * every process on it follows. */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pattern = /^[a-z][a-z0-9]{0,30}$/;
/** Whether the text may name a tenant: its databases and subjects bear it. */
export const isTenantName = (text: string): boolean => pattern.test(text);

/** What another process has changed since the last look. */
export interface TenantChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
/** Between looks at the list. */
const lookMs = 1000;

export class TenantList {
  readonly #file: string;
  /** Moments by tenant, ISO 8601; a tenant of an earlier release has none. */
  readonly #sinceFile: string;
  #known: { readonly mark: string; readonly names: readonly string[] } | undefined;

  constructor(dataDirectory: string) {
    mkdirSync(dataDirectory, { recursive: true });
    this.#file = join(dataDirectory, 'tenants.json');
    this.#sinceFile = join(dataDirectory, 'tenants-since.json');
    if (!existsSync(this.#file)) {
      this.#write(this.#file, ['main']);
      this.#noteSince('main');
    }
  }
  all(): readonly string[] {
    const { mtimeMs, size, ino } = statSync(this.#file);
    const mark = `${mtimeMs} ${size} ${ino}`;
    if (this.#known?.mark !== mark)
      this.#known = { mark, names: JSON.parse(readFileSync(this.#file, 'utf8')) as string[] };
    return this.#known.names;
  }
  /** When the tenant was added. */
  since(name: string): Date | undefined {
    const text = this.#sinces()[name];
    return text === undefined ? undefined : new Date(text);
  }
  add(name: string): void {
    const known = this.all();
    if (known.includes(name)) return;
    this.#noteSince(name);
    this.#write(this.#file, [...known, name]);
  }
  remove(name: string): void {
    const known = this.all();
    if (known.includes(name))
      this.#write(
        this.#file,
        known.filter((one) => one !== name),
      );
  }
  /** Says what has changed in the list, whoever changed it. Gives how to end that. */
  follow(listener: (changes: TenantChanges) => void): () => void {
    let before = this.all();
    const timer = setInterval(() => {
      // a folder that is taken away changes nothing for those who serve its tenants
      const now = existsSync(this.#file) ? this.all() : before;
      if (now === before) return;
      const [added, removed] = [
        now.filter((name) => !before.includes(name)),
        before.filter((name) => !now.includes(name)),
      ];
      before = now;
      if (added.length || removed.length) listener({ added, removed });
    }, lookMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  #sinces(): Readonly<Record<string, string>> {
    if (!existsSync(this.#sinceFile)) return {};
    return JSON.parse(readFileSync(this.#sinceFile, 'utf8')) as Record<string, string>;
  }
  #noteSince(name: string): void {
    this.#write(this.#sinceFile, { ...this.#sinces(), [name]: new Date().toISOString() });
  }
  #write(file: string, content: unknown): void {
    const next = `${file}.${process.pid}`;
    writeFileSync(next, `${JSON.stringify(content)}\n`, { mode: 0o600 });
    renameSync(next, file);
  }
}
