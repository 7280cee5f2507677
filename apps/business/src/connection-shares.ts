/** How many connections a process may open to one PostgreSQL server: what the settings say, else a
 * fair share of a third of what the server allows. */
import { besidesMax } from '@morrow/adapter-postgres';
import { BootFaults } from './boot-faults.ts';

/** Connections that one process has at least for its work. */
const leastMax = 2;
/** The part of the server that one installation takes unless settings say otherwise. */
const share = 1 / 3;

export interface ConnectionShares {
  /** What people call the server. */
  readonly place: string;
  /** Sessions that the server allows to whoever is no superuser. */
  readonly allowed: number;
  /** Processes of this installation that connect to it. */
  readonly processes: number;
  /** What `M_CONNECTIONS` says. */
  readonly asked: number | undefined;
}

/** Connections for the work of one process. Throws a sentence where all processes together may open
 * more than the server allows. */
export function connectionsFor({ place, allowed, processes, asked }: ConnectionShares): number {
  const each = asked ?? Math.max(leastMax, Math.floor((allowed * share) / processes));
  const most = Math.floor(allowed / processes) - besidesMax;
  if (each <= most) return each;
  const who = processes === 1 ? 'one process' : `${processes} processes, each`;
  const instead = most >= 1 ? `set M_CONNECTIONS to ${most} or less, or raise` : 'raise';
  throw new BootFaults([
    `Morrow may open ${processes * (each + besidesMax)} connections to ${place} (${who} with ` +
      `${each} for work and ${besidesMax} for upkeep), which allows ${allowed}: ` +
      `${instead} max_connections.`,
  ]);
}
