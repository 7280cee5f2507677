/** Pages of documents as they are stored, for checks that compare them with those of other
 * domains. */
import type { DocumentType } from '@morrow/contract';
import type { DocumentRow, Store } from '@morrow/engines';
import type { Id } from '@morrow/kernel';
import { pageBytesMax, type Keeping } from '@morrow/protocol-keeping';

type Asked = Parameters<Keeping['documents']>[0];

/** As many rows as fit into one message, one at least; `next` is where the next page begins. */
function fitting(rows: readonly DocumentRow[]): readonly DocumentRow[] {
  let bytes = 0;
  const fits = rows.findIndex(
    (row) => (bytes += Buffer.byteLength(JSON.stringify(row)) + 1) > pageBytesMax,
  );
  return fits === -1 ? rows : rows.slice(0, Math.max(fits, 1));
}

/** Undefined where the domain has no such document type. */
export async function documentPage(
  store: Pick<Store, 'list'>,
  documents: readonly DocumentType[],
  { documentType, state, after, limit }: Asked,
) {
  if (!documents.some(({ name }) => name === documentType)) return undefined;
  const where = state === undefined ? undefined : { state };
  const rows = await store.list(documentType, { after, limit, where });
  const told = fitting(rows);
  const isLast = rows.length < limit && told.length === rows.length;
  return {
    page: Buffer.from(JSON.stringify(told)).toString('base64url'),
    next: isLast ? undefined : (told.at(-1)?.id as Id<'document'> | undefined),
  };
}
