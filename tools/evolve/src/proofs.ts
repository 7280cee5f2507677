/** What must hold after each phase: tables are as their events make them, laws hold, books
 * balance, and stock is worth what its account says. */
import { setTimeout as pause } from 'node:timers/promises';
import { formatMinor } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { Stock } from '@morrow/protocol-stock';
import type { Session } from './running-copy.ts';
import { wholeChart, wholeTrialBalance } from './whole-ledger.ts';

export interface Proofs {
  readonly events: number;
  readonly tables: number;
  /** Sentences of what differs. */
  readonly differences: readonly string[];
  /** Debit of all accounts, as text. */
  readonly books: string;
}
const pollMs = 100;

/** Derives every table of a domain anew, and compares. */
async function replayed({ port, context }: Session, domain: string) {
  const keeping = port(keepingOf(domain));
  await keeping.replay({ isToSwap: false }, context());
  for (;;) {
    const state = await keeping.replayState({}, context());
    if (state.phase !== 'running') return state;
    await pause(pollMs);
  }
}

export async function proofs(session: Session, domains: readonly string[]): Promise<Proofs> {
  const { port, context } = session;
  const differences: string[] = [];
  let [events, tables] = [0, 0];
  for (const domain of domains) {
    const { phase, read, faults, tables: found } = await replayed(session, domain);
    events += read;
    tables += found.length;
    for (const { table, rows, hash, rebuiltRows, rebuiltHash } of found)
      if (hash !== rebuiltHash || rows !== rebuiltRows)
        differences.push(`${domain}.${table} has ${rows} rows, its events make ${rebuiltRows}`);
    if (phase !== 'done') differences.push(`the replay of ${domain} ended as ${phase}`);
    const laws = await port(keepingOf(domain)).verify({}, context());
    for (const fault of [...faults, ...laws.faults]) differences.push(`${domain}: ${fault}`);
  }
  const { lines, total, currency } = await wholeTrialBalance(session);
  const accounts = await wholeChart(session);
  const { value } = await port(Stock).totals({}, context());
  const inventory = accounts.find(({ role }) => role === 'inventory')?.code;
  const line = lines.find(({ account }) => account === inventory);
  const booked = (line?.debit ?? 0n) - (line?.credit ?? 0n);
  const text = (minor: bigint) => `${formatMinor(minor, currency)} ${currency}`;
  if (total.debit !== total.credit)
    differences.push(`debit is ${text(total.debit)}, credit ${text(total.credit)}`);
  if (booked !== value)
    differences.push(`stock is worth ${text(value)}, its account says ${text(booked)}`);
  return { events, tables, differences, books: text(total.debit) };
}
