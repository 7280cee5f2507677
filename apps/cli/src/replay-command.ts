/** Replays domains by their keeping protocol, and waits for what they come to. */
import { setTimeout as pause } from 'node:timers/promises';
import { keepingOf, type ReplayState } from '@morrow/protocol-keeping';
import type { Session } from './session.ts';

const pollMs = 150;

/** Begins a replay and gives its result; `say` is told how far it is. */
export async function replayed(
  { port, context }: Session,
  domain: string,
  isToSwap: boolean,
  say: (line: string) => void,
): Promise<ReplayState> {
  const keeping = port(keepingOf(domain));
  await keeping.replay({ isToSwap }, context());
  for (let told = ''; ;) {
    const state = await keeping.replayState({}, context());
    if (state.phase !== 'running') return state;
    const line = `${domain}: ${state.read} of ${state.total} events read`;
    if (line !== told) say(line);
    told = line;
    await pause(pollMs);
  }
}

const isEqual = ({ tables }: ReplayState): boolean =>
  tables.every((table) => table.hash === table.rebuiltHash && table.rows === table.rebuiltRows);

/** Prints the result of a replay; says whether the tables were as their events make them. */
export function printReplay(domain: string, state: ReplayState): boolean {
  for (const { table, rows, hash, rebuiltRows, rebuiltHash } of state.tables) {
    const same = hash === rebuiltHash && rows === rebuiltRows;
    const verdict = same ? 'equal' : `stored ${rows} rows ${hash}`;
    console.log(`${domain}.${table}: ${rebuiltRows} rows ${rebuiltHash} ${verdict}`);
  }
  for (const fault of state.faults) console.log(`${domain}: ${fault}`);
  const compared = isEqual(state) ? 'every table is as its events make it' : 'tables differ';
  const verdict = state.phase === 'done' ? compared : 'stopped';
  const swap = state.isSwapped ? '; the derived tables are in place' : '';
  console.log(`${domain}: ${state.read} events replayed, ${verdict}${swap}`);
  return state.phase === 'done' && isEqual(state);
}

/** Sentences on what differs from its events in a domain; empty where nothing does. */
export async function replayFaults(session: Session, domain: string): Promise<readonly string[]> {
  const state = await replayed(session, domain, false, () => undefined);
  if (state.phase === 'done' && isEqual(state)) return [];
  return state.faults.length ? state.faults : ['its tables are not as its events make them'];
}
