// What the global setup and the workers of one test run know of each other.
import { inject } from 'vitest';
import { askDesk } from './service-desk.ts';

export interface PostgresFacts {
  /** The folder of the Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

export type NatsFacts = { readonly url: string } | { readonly missing: string };

declare module 'vitest' {
  export interface ProvidedContext {
    /** Socket of the desk where workers ask for servers. */
    morrowServiceDesk: string;
  }
}

export const postgresOfThisRun = (): Promise<PostgresFacts> =>
  askDesk(inject('morrowServiceDesk'), 'postgres');

/** The nats-server that the whole run shares, or the reason why there is none. */
export const natsOfThisRun = (): Promise<NatsFacts> => askDesk(inject('morrowServiceDesk'), 'nats');
