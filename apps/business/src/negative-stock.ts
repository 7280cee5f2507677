/** Stock of which more is reserved or has left than is on hand: recorded facts that somebody should
 * look into. */
import type { CallContext } from '@morrow/contract';
import { formatQuantity } from '@morrow/kernel';
import { Stock } from '@morrow/protocol-stock';
import type { Running } from './boot.ts';
import { commandLine, figure, table, words } from './page.ts';

/** Rows that the page shows. */
const shownMax = 20;

/** Undefined where there is none. */
export async function negativeStock(
  { port }: Running,
  context: CallContext,
): Promise<string | undefined> {
  const asked = { limit: shownMax, isNegative: true };
  const { balances, next } = await port(Stock).listBalances(asked, context);
  if (!balances.length) return undefined;
  const rows = balances.map(({ item, warehouse, onHand, reserved }) => ({
    cells: [
      ...[words(item), words(warehouse)],
      ...[figure(formatQuantity(onHand)), figure(formatQuantity(reserved))],
    ],
  }));
  const head = [words('Item'), words('Warehouse'), figure('On hand'), figure('Reserved')];
  const more = next
    ? `<p class="soft">More follow: ${commandLine('report stock --negative', context.tenant)}.</p>`
    : '';
  return table(head, rows) + more;
}
