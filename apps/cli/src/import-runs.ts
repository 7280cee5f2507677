/** `morrow import list` and `morrow import abandon`: runs of importers, and the way out of one that
 * cannot finish. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Id } from '@morrow/kernel';
import { Imports, runsPageMax, type Booked, type ImportSummary } from '@morrow/protocol-imports';
import { readablePath } from './readable-path.ts';
import type { Report } from './report.ts';
import type { Session } from './session.ts';

async function* runsIn({ port, context }: Session): AsyncIterable<ImportSummary> {
  for (let after: Id<'import'> | undefined; ;) {
    const page = await port(Imports).list({ after, limit: runsPageMax }, context());
    yield* page.runs;
    after = page.next;
    if (after === undefined) return;
  }
}

const minute = (at: Date) => at.toISOString().slice(0, 16).replace('T', ' ');
const stateOf = ({ status, isAbandoned }: ImportSummary) => (isAbandoned ? 'abandoned' : status);

/** `1200 lines for 12345.60, and opening stock worth 99.00`. */
export function bookedText(booked: Booked | undefined): string {
  if (!booked) return 'What it booked before is not recorded';
  const { lines, amount, opening } = booked;
  const parts = [
    ...(lines ? [`${lines} lines for ${amount}`] : []),
    ...(opening === undefined ? [] : [`opening stock worth ${opening}`]),
  ];
  return parts.length ? `It booked ${parts.join(', and ')}` : 'It booked nothing';
}

export async function importRuns(session: Session): Promise<Report> {
  const head = ['import', 'file', 'state', 'started (UTC)', 'booked', 'refused', 'remark'];
  const rows: string[][] = [];
  const json: unknown[] = [];
  for await (const run of runsIn(session)) {
    const { importId, file, startedAt, booked, refused, sentence = '' } = run;
    const lines = [booked?.lines, refused?.lines].map((count) => String(count ?? ''));
    rows.push([importId, file, stateOf(run), minute(startedAt), ...lines, sentence]);
    json.push({ ...run, state: stateOf(run) });
  }
  return { head, rows, json };
}

async function fingerprintOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The run of an id, of a file that is still there, or of a file's name where one run has it. */
async function runNamed(session: Session, which: string): Promise<ImportSummary> {
  const runs: ImportSummary[] = [];
  for await (const run of runsIn(session)) runs.push(run);
  const isId = runs.find(({ importId }) => importId === which);
  if (isId) return isId;
  const named = runs.filter(
    ({ file, status }) => file === basename(which) && status !== 'finished',
  );
  let path: string | undefined;
  try {
    path = readablePath(which);
  } catch {
    // the file may be gone; its name will do
  }
  const fingerprint = path && (await fingerprintOf(path));
  const found = runs.find((run) => run.fingerprint === fingerprint) ?? named[0];
  if (!found) throw new Error(`There is no import of ${which}: see \`morrow import list\`.`);
  if (found === named[0] && named.length > 1)
    throw new Error(`Several imports are of ${which}; name one by its id: \`morrow import list\`.`);
  return found;
}

export async function abandonImport(session: Session, which: string, note?: string) {
  const { importId, file } = await runNamed(session, which);
  const asked = { importId, ...(note !== undefined && { note }) };
  const { booked } = await session.port(Imports).abandon(asked, session.context());
  const stays = booked?.lines || booked?.opening !== undefined ? '; that stays in the books' : '';
  console.log(`The import of ${file} is abandoned. ${bookedText(booked)}${stays}.`);
}
