/** Takes a file of the retail shop as an upload and imports it through the protocols, as the
 * command line does. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newTrace, systemIds } from '@morrow/adapter-local';
import { importRetail, type ImportReport } from '@morrow/adapter-retail-csv';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import type { Running } from './boot.ts';
import type { Caller } from './request-context.ts';

const callMs = 60_000;

/** Imports the body; the report when it is done. The file is kept only while it is read. */
export async function importUpload(
  running: Running,
  body: Readable,
  fileName: string,
  caller: Caller,
): Promise<ImportReport> {
  const folder = join(running.settings.dataDirectory, 'uploads');
  await mkdir(folder, { recursive: true });
  const file = join(folder, systemIds.next());
  try {
    await pipeline(body, createWriteStream(file));
    const trace = newTrace();
    const { port, signed } = running;
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
