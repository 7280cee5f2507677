/** Takes a file of the retail shop as an upload and imports it through the protocols, as the
 * command line does. */
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  problemOfError,
  sendProblem,
  statusOfError,
  strictInput,
  transportProblem,
  type Problem,
} from '@morrow/adapter-http';
import { newTrace, systemIds } from '@morrow/adapter-local';
import { importRetail, isImportProblem, type ImportReport } from '@morrow/adapter-retail-csv';
import { codecOf, invalidInput, isProtocolError, Text } from '@morrow/contract';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Running } from './boot.ts';
import { ownFileMode, ownFolderMode } from './data-folder.ts';
import type { Caller } from './request-context.ts';

const callMs = 60_000;
const types = [
  'text/csv',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
] as const;

/** Imports the body; the report when it is done. The file is kept only while it is read. */
async function importUpload(
  { settings, port, signed }: Running,
  body: Readable,
  fileName: string,
  caller: Caller,
): Promise<ImportReport> {
  const folder = folderOf(settings.dataDirectory);
  await mkdir(folder, { recursive: true, mode: ownFolderMode });
  const file = join(folder, systemIds.next());
  try {
    await pipeline(body, createWriteStream(file, { mode: ownFileMode }));
    const trace = newTrace();
    return await importRetail({
      open: () => createReadStream(file),
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
      context: (key) => signed({ ...caller, trace, deadlineAt: Date.now() + callMs, key }),
    });
  } finally {
    await rm(file, { force: true });
  }
}
const folderOf = (dataDirectory: string) => join(dataDirectory, 'uploads');
const title = 'The file was not imported';

/** What was wrong, in one sentence: with the file, with a call, or here. */
function problemOf(error: unknown): Problem {
  if (isImportProblem(error)) return transportProblem(400, title, error.message);
  if (!isProtocolError(error)) return problemOfError(error as FastifyError);
  const { code, fault, data, message } = error;
  const status = statusOfError({ code, fault, data: data as never });
  return { ...transportProblem(status, title, message), code: `${error.protocol}.${code}`, fault };
}

/** Name of the file as people know it; 200 characters at most. */
const UploadQuery = z.object({ file: Text(200).default('upload') });

/** What the query string states; throws `invalid` for a field that is not known or is given twice. */
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

/** A plugin: `POST /api/imports/retail?file=NAME`, the body being the file. What a process left
 * behind that was killed while it read is removed. */
export const uploads =
  (running: Running, callerOf: (request: FastifyRequest) => Caller) =>
  async (fastify: FastifyInstance): Promise<void> => {
    rmSync(folderOf(running.settings.dataDirectory), { recursive: true, force: true });
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser([...types], (_request, payload, done) => done(null, payload));
    fastify.setErrorHandler((error: FastifyError, _request, reply) =>
      sendProblem(reply, problemOfError(error, types.join(', '))),
    );
    fastify.post('/api/imports/retail', async (request, reply) => {
      const body = (request.body ?? Readable.from([])) as Readable;
      try {
        const name = fileNameOf(request.query);
        return await importUpload(running, body, name, callerOf(request));
      } catch (error) {
        const problem = problemOf(error);
        if (problem.status === 500) running.logger.error('An upload was not imported', error);
        return sendProblem(reply, problem);
      }
    });
  };
