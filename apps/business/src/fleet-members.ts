/** The members of a fleet: processes that are started again, with a back-off, whenever they die. */
import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { exitOf } from '@morrow/adapter-embedded-postgres';

const backoffMs = [200, 500, 1000, 2000, 5000];

export interface Member {
  readonly name: string;
  readonly modules: readonly string[];
  child?: ChildProcess;
  url?: string;
  restarts: number;
  /** Whether the process that runs now has said so. */
  isReady: boolean;
}

/** What the fleet asks of a member. */
export interface FleetMessage {
  /** To end what it does by itself, and to say when it has. */
  readonly rest?: true;
}
/** What a member says. */
interface MemberMessage {
  /** Its address, once it is ready. */
  readonly ready?: string;
  readonly resting?: true;
}

/** A member to start. */
interface Launch {
  readonly name: string;
  readonly modules: readonly string[];
  /** 0: any that is free. */
  readonly port: number;
  /** The file by which it proves itself to NATS; undefined where the network is trusted. */
  readonly credentials: string | undefined;
}

/** Starts a member and starts it again whenever it dies, with a back-off. Resolves when it is
 * ready. */
export class Fleet {
  readonly #environment: NodeJS.ProcessEnv;
  readonly members: Member[] = [];
  #isStopping = false;

  readonly #say: (line: string) => void;

  constructor(environment: NodeJS.ProcessEnv, say: (line: string) => void) {
    this.#environment = environment;
    this.#say = say;
  }

  launch({ name, modules, port, credentials }: Launch): Promise<void> {
    const member: Member = { name, modules, restarts: 0, isReady: false };
    this.members.push(member);
    return new Promise((ready, failed) => {
      const run = () => {
        const env = {
          ...this.#environment,
          M_FLEET: '1',
          M_MODE: 'enterprise',
          M_MODULES: modules.join(','),
          ...(credentials !== undefined && { M_NATS_CREDENTIALS: credentials }),
          PORT: String(member.url ? new URL(member.url).port : port),
        };
        const main = resolve(import.meta.dirname, `main${import.meta.filename.slice(-3)}`);
        const child = spawn(process.execPath, [...process.execArgv, main], {
          env,
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        });
        Object.assign(member, { child, isReady: false });
        child.on('message', (message: MemberMessage) => {
          if (!message.ready) return;
          Object.assign(member, { url: message.ready, isReady: true });
          ready();
        });
        child.on('exit', (code) => {
          if (this.#isStopping) return;
          if (!member.url) return failed(new Error(`${name} did not start.`));
          const waitMs = backoffMs[Math.min(member.restarts++, backoffMs.length - 1)] ?? 5000;
          this.#say(`${name} ended (${code ?? 'killed'}): starting it again`);
          void pause(waitMs).then(() => (this.#isStopping ? undefined : run()));
        });
      };
      run();
    });
  }

  /** Ends the members. First none does anything by itself any more, since each reads from others
   * and calls them; then they end in the order in which requests pass: the gateway first. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const working = this.members.filter(({ isReady }) => isReady);
    await Promise.all(
      working.flatMap(({ child }) => (child && isRunning(child) ? toRest(child) : [])),
    );
    for (const { child } of this.members) {
      if (!child || !isRunning(child)) continue;
      const ended = exitOf(child);
      child.kill('SIGTERM');
      await ended;
    }
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode === null && signalCode === null;

/** Resolves when the process works no more by itself, or has ended. */
const toRest = (child: ChildProcess) =>
  new Promise<void>((resting) => {
    child.on('message', (message: MemberMessage) => message.resting && resting());
    void exitOf(child).then(() => resting());
    const asked: FleetMessage = { rest: true };
    child.send(asked, (error) => error && resting());
  });
