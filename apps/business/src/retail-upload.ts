/** Takes a file of the retail shop as an upload and imports it through the protocols, as the
 * command line does. */
import { createReadStream, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  leaveBody,
  problemOfError,
  RefusedBody,
  sendProblem,
  statusOfError,
  strictInput,
  transportProblem,
  type ProblemDetails,
} from '@morrow/adapter-http';
import { newTrace, systemIds } from '@morrow/adapter-local';
import {
  importRetail,
  isImportFailed,
  isImportProblem,
  type ImportReport,
} from '@morrow/adapter-retail-csv';
import { codecOf, invalidInput, isProtocolError, Text } from '@morrow/contract';
import { Companies } from '@morrow/protocol-companies';
import { Imports, type Booked } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Running } from './boot.ts';
import { ownFolderMode } from './data-folder.ts';
import { receiveFile, type FileLimits } from './received-file.ts';
import type { Caller } from './request-context.ts';

const callMs = 60_000;
/** Files that are imported at once; each keeps a core and the database busy. */
const uploadsMax = 2;
const retryAfterSeconds = 10;
const idleMs = 30_000;
const types = [
  'text/csv',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
] as const;

interface Upload {
  readonly body: IncomingMessage;
  readonly fileName: string;
  readonly caller: Caller;
  readonly limits: FileLimits;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** Imports the body; the report when it is done. The file is kept only while it is read. */
async function importUpload(
  { settings, port, signed }: Running,
  { body, fileName, caller, limits, signal }: Upload,
): Promise<ImportReport> {
  const folder = folderOf(settings.dataDirectory);
  await mkdir(folder, { recursive: true, mode: ownFolderMode });
  const file = join(folder, systemIds.next());
  try {
    await receiveFile(body, file, limits, signal);
    const trace = newTrace();
    return await importRetail({
      open: () => createReadStream(file, { signal }),
      fileName,
      ports: {
        companies: port(Companies),
        imports: port(Imports),
        items: port(Items),
        ledger: port(Ledger),
        orders: port(Orders),
        parties: port(Parties),
        returns: port(Returns),
        stock: port(Stock),
        warehouses: port(Warehouses),
      },
      context(key) {
        // an import that nobody waits for ends before its next call; that it failed is written down
        if (!key?.startsWith('fail:')) signal.throwIfAborted();
        return signed({ ...caller, trace, deadlineAt: Date.now() + callMs, key });
      },
    });
  } finally {
    await rm(file, { force: true });
  }
}
const folderOf = (dataDirectory: string) => join(dataDirectory, 'uploads');
const title = 'The file was not imported';

/** What an import had booked that could not continue. */
interface Report {
  readonly report: { readonly importId: string; readonly booked: Booked };
}

/** What was wrong, in one sentence: with the file, with a call, or here. */
function problemOf(error: unknown): ProblemDetails & Partial<Report> {
  if (error instanceof RefusedBody) return error.problem;
  if (isImportFailed(error)) {
    const { importId, booked, cause } = error;
    return { ...problemOf(cause), report: { importId, booked } };
  }
  if (isImportProblem(error)) return transportProblem(400, title, error.message);
  if (!isProtocolError(error)) return problemOfError(error as FastifyError);
  const { code, fault, data, message } = error;
  const status = statusOfError({ code, fault, data: data as never });
  return { ...transportProblem(status, title, message), code: `${error.protocol}.${code}`, fault };
}

/** Name of the file as people know it; 200 characters at most. */
const UploadQuery = z.object({ file: Text(200).default('upload') });

/** What the query string states; throws `invalid` for a field that is unknown or given twice. */
function fileNameOf(query: unknown): string {
  const { issues } = strictInput(UploadQuery, query, 'the upload of a retail file');
  if (issues.length)
    throw invalidInput('imports', { issues: issues.map(({ message }) => ({ path: [], message })) });
  try {
    return codecOf(UploadQuery).decode(query).file;
  } catch (error) {
    throw invalidInput('imports', error);
  }
}

/** Why such an import failed: the client never reads it, who lists imports does. */
const disconnected = 'The client disconnected before the file was imported.';
const wentAway = transportProblem(408, 'request timeout', disconnected);

function sendBusy(reply: FastifyReply, body: IncomingMessage) {
  leaveBody(body);
  const detail = `${uploadsMax} files are being imported. Try again when they are done.`;
  const problem = transportProblem(429, 'too many uploads', detail);
  return sendProblem(reply.header('retry-after', String(retryAfterSeconds)), problem);
}

/** A plugin: `POST /api/imports/retail?file=NAME`, the body being the file. What a process left
 * behind that was killed while it read is removed. */
export const uploads =
  (
    running: Running,
    callerOf: (request: FastifyRequest) => Caller,
    limits: FileLimits = { bytesMax: running.settings.uploadBytesMax, idleMs },
  ) =>
  async (fastify: FastifyInstance): Promise<void> => {
    let underWay = 0;
    rmSync(folderOf(running.settings.dataDirectory), { recursive: true, force: true });
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser([...types], (_request, payload, done) => done(null, payload));
    fastify.setErrorHandler((error: FastifyError, _request, reply) =>
      sendProblem(reply, problemOfError(error, types.join(', '))),
    );
    fastify.post('/api/imports/retail', async (request, reply) => {
      const body = (request.body as IncomingMessage | undefined) ?? request.raw;
      if (underWay >= uploadsMax) return sendBusy(reply, body);
      const gone = new AbortController();
      reply.raw.once(
        'close',
        () => reply.raw.writableFinished || gone.abort(new Error(disconnected)),
      );
      const { signal } = gone;
      underWay++;
      try {
        const fileName = fileNameOf(request.query);
        return await importUpload(running, {
          ...{ body, fileName, limits, signal },
          caller: callerOf(request),
        });
      } catch (error) {
        const problem = signal.aborted ? wentAway : problemOf(error);
        if (problem.status === 500) running.logger.error('An upload was not imported', error);
        return sendProblem(reply, problem);
      } finally {
        underWay--;
      }
    });
  };
