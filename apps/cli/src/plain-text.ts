/** The journal as plain-text accounting, page by page from the ledger, written as it comes. */
import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  beancountText,
  hledgerText,
  type JournalEntry,
} from '@morrow/adapter-plaintext-accounting';
import { Ledger } from '@morrow/protocol-ledger';
import { chartOf } from './ledger-pages.ts';
import type { Session } from './session.ts';

type After = Parameters<Ledger['listEntries']>[0]['after'];

const forms = { beancount: beancountText, hledger: hledgerText };
export type ExportForm = keyof typeof forms;
export const exportForms = Object.keys(forms) as readonly ExportForm[];

async function* entriesOf({ port, context }: Session): AsyncIterable<JournalEntry> {
  for (let after: After; ;) {
    const page = await port(Ledger).listEntries({ after, limit: 40 }, context());
    yield* page.entries;
    after = page.next;
    if (after === undefined) return;
  }
}

async function* bytesOf(pieces: AsyncIterable<string>): AsyncIterable<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

/** Writes everything that was posted, in the form named, to a file or else to standard output. The
 * file has its name when it is whole; a pipe or a device is written to as it is. */
export async function exportJournal(session: Session, form: ExportForm, out?: string) {
  const accounts = await chartOf(session);
  const pieces = Readable.from(forms[form](accounts, entriesOf(session)));
  // a file or a program that is piped to gets the bytes; a terminal gets text without commands
  if (out === undefined) {
    const shown = process.stdout.isTTY ? pieces : Readable.from(bytesOf(pieces));
    return pipeline(shown, process.stdout, { end: false });
  }
  if (statSync(out, { throwIfNoEntry: false })?.isFile() === false)
    return pipeline(pieces, createWriteStream(out));
  const part = `${out}.${process.pid}.part`;
  try {
    await pipeline(pieces, createWriteStream(part));
    renameSync(part, out);
  } finally {
    rmSync(part, { force: true });
  }
}
