/** Takes a file from outside: to the disk as it comes, never whole in memory, within limits of size
 * and time, and not if it unpacks to more than it may. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { leaveBody, RefusedBody, transportProblem } from '@morrow/adapter-http';
import { ownFileMode } from './data-folder.ts';

export interface FileLimits {
  /** Of the file as it is sent, and as it is unpacked. */
  readonly bytesMax: number;
  /** How long nothing may come before the sender is given up. */
  readonly idleMs: number;
}
const megabyte = 1_000_000;
/** What every file may unpack to; above it, so many times its size. */
const smallBytes = 16 * megabyte;
const ratioMax = 200;

const refused = (status: number, title: string, detail: string) =>
  new RefusedBody(transportProblem(status, title, detail));
const megabytes = (bytes: number) => `${bytes / megabyte} MB`;
const tooLarge = ({ bytesMax }: FileLimits) =>
  refused(413, 'too large', `The file is larger than ${megabytes(bytesMax)} (M_UPLOAD_MAX_MB).`);

/** Writes the body to a file; throws `RefusedBody` where it is too large or comes too slowly. */
export async function receiveFile(
  body: IncomingMessage,
  file: string,
  limits: FileLimits,
  signal: AbortSignal,
): Promise<void> {
  if (Number(body.headers['content-length'] ?? 0) > limits.bytesMax) {
    leaveBody(body);
    throw tooLarge(limits);
  }
  const idle = new AbortController();
  const late = () =>
    idle.abort(refused(408, 'request timeout', 'The file did not arrive in time.'));
  let timer = setTimeout(late, limits.idleMs);
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer);
      timer = setTimeout(late, limits.idleMs);
      bytes += chunk.length;
      if (bytes > limits.bytesMax) done(tooLarge(limits));
      else done(null, chunk);
    },
  });
  // piped, and not part of the pipeline: the request stays open, so that it can be answered
  body.once('close', () => body.complete || counted.destroy(new Error('The body was cut off.')));
  body.pipe(counted);
  try {
    await pipeline(counted, createWriteStream(file, { mode: ownFileMode }), {
      signal: AbortSignal.any([signal, idle.signal]),
    });
    await refuseSwelling(file, bytes, limits, signal);
  } catch (error) {
    body.unpipe(counted);
    leaveBody(body);
    throw idle.signal.aborted ? (idle.signal.reason as Error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Unpacks a gzip file once, to nowhere: what is damaged is said by whoever reads it. */
async function refuseSwelling(
  file: string,
  bytes: number,
  limits: FileLimits,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isGzip(file))) return;
  const most = Math.min(limits.bytesMax, Math.max(smallBytes, ratioMax * bytes));
  let unpacked = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      const detail = `The file unpacks to more than ${megabytes(most)}, which is not accepted.`;
      done(unpacked > most ? refused(413, 'too large', detail) : undefined);
    },
  });
  try {
    await pipeline(createReadStream(file), createGunzip(), counted, { signal });
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error;
  }
}

async function isGzip(file: string): Promise<boolean> {
  if ((await stat(file)).size < 2) return false;
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
