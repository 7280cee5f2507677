// The embedded PostgreSQL of one process: starts or joins it, and revives it when it is killed.
import { setTimeout as pause } from 'node:timers/promises';
import { canonicalPath } from './canonical-path.ts';
import { checkVersion, prepareCluster } from './cluster.ts';
import { chooseHome, systemRules } from './data-home.ts';
import { holdSocket } from './exclusive-socket.ts';
import { nativeBinaries } from './native-binaries.ts';
import {
  attachToPostmaster,
  launchPostmaster,
  stopPostmaster,
  type Postmaster,
} from './postmaster.ts';
import { asProblem } from './problems.ts';

export interface EmbeddedPostgresOptions {
  /** The data directory; its log and unfinished beginnings stand beside it, with its name. */
  readonly directory: string;
  /** Whether root's folder around the directory may be opened to the group of PostgreSQL's account,
   * which then passes through and sees nothing. */
  readonly mayOpenParent?: boolean;
  /** The superuser that `initdb` creates and every connection uses: `morrow` unless told. */
  readonly databaseUser?: string;
  /** Server settings by name, over the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For tests: initdb does not wait for the disk. */
  readonly noSync?: boolean;
  /** Gets sentences for people: the data went elsewhere, a restart failed. Standard error else. */
  readonly report?: (sentence: string) => void;
}

export type RestartListener = (restart: { readonly pid: number }) => void;

/** Facts change when PostgreSQL is started again, so read them when connecting. */
export interface EmbeddedPostgres {
  /** Where the data really is; see `report`. */
  readonly directory: string;
  /** Given as `host` to pg. */
  readonly socketDirectory: string;
  readonly port: number;
  readonly user: string;
  readonly pid: number;
  /** False when another live process started it; then `stop` leaves it running. */
  readonly ownedByUs: boolean;
  stop(): Promise<void>;
  /** Called after PostgreSQL was gone and serves again. Returns how to stop listening. */
  onRestart(listener: RestartListener): () => void;
}

const defaultSettings = {
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  max_connections: '200',
};

/**
 * Serves the directory on a Unix socket until `stop` or until this process ends. Creates the data
 * on first use. Rejects with a `PostgresProblem`.
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw asProblem(error);
  }
}

interface Served extends Postmaster {
  readonly ownedByUs: boolean;
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { databaseUser = 'morrow', noSync = false, report = console.error } = options;
  const rules = { ...systemRules, mayOpenParent: options.mayOpenParent ?? false };
  const home = chooseHome(canonicalPath(options.directory), rules);
  const { directory, note } = home;
  if (note) report(note);
  const settings = { ...defaultSettings, ...options.settings };
  const bringUp = () =>
    oneAtATime(directory, async (): Promise<Served> => {
      checkVersion(directory);
      const live = await attachToPostmaster(directory);
      if (live) return { ...live, ownedByUs: false };
      const binaries = nativeBinaries(home.user);
      await prepareCluster(home, binaries, { databaseUser, noSync });
      return { ...(await launchPostmaster(home, binaries, settings)), ownedByUs: true };
    });
  const watch = keepServing(await bringUp(), bringUp, report);
  return {
    directory,
    user: databaseUser,
    get socketDirectory() {
      return watch.now().socketDirectory;
    },
    get port() {
      return watch.now().port;
    },
    get pid() {
      return watch.now().pid;
    },
    get ownedByUs() {
      return watch.now().ownedByUs;
    },
    onRestart: watch.onRestart,
    async stop() {
      await watch.end();
      const { pid, ownedByUs } = watch.now();
      if (ownedByUs) await stopPostmaster(pid, directory);
    },
  };
}

const waitForTurnMs = 50;

/** Creating data and starting happen in one process at a time; the others then attach. */
async function oneAtATime<T>(directory: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const hold = await holdSocket('start', directory, () => String(process.pid));
    if (!hold) {
      await pause(waitForTurnMs);
      continue;
    }
    try {
      return await work();
    } finally {
      await hold.release();
    }
  }
}

const backOffMs = { first: 50, most: 10_000 };
const healthyAfterMs = 30_000;

/** Brings PostgreSQL up again each time it is gone, more slowly while it does not last. */
function keepServing(first: Served, bringUp: () => Promise<Served>, report: (s: string) => void) {
  const listeners = new Set<RestartListener>();
  const ending = new AbortController();
  let served = first;
  let waitMs = backOffMs.first;

  async function restart(): Promise<void> {
    while (!ending.signal.aborted) {
      await pause(waitMs, undefined, { ref: false, signal: ending.signal });
      waitMs = Math.min(waitMs * 2, backOffMs.most);
      try {
        const again = await bringUp();
        const isOurs = again.ownedByUs || (served.ownedByUs && again.pid === served.pid);
        served = { ...again, ownedByUs: isOurs };
        break;
      } catch (error) {
        report(asProblem(error).message);
      }
    }
    for (const listener of listeners) listener({ pid: served.pid });
  }

  async function watch(): Promise<void> {
    while (!ending.signal.aborted) {
      const since = performance.now();
      await Promise.race([served.gone(ending.signal), aborted(ending.signal)]);
      if (performance.now() - since > healthyAfterMs) waitMs = backOffMs.first;
      // The pause of a restart rejects when we are told to end.
      if (!ending.signal.aborted) await restart().catch(() => undefined);
    }
  }

  const watching = watch();
  return {
    now: () => served,
    onRestart(listener: RestartListener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Waits for a restart under way, so that nothing is started after `stop`. */
    async end(): Promise<void> {
      ending.abort();
      await watching;
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
