/** Laws that two domains keep together, checked through their protocols. */
import { formatMinor } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { Ledger } from '@morrow/protocol-ledger';
import { Stock } from '@morrow/protocol-stock';
import type { Session } from './session.ts';
import { settled } from './settled.ts';

const triesMax = 10;
const inventoryRole = 'inventory';

/** Value of all stock, and the net of the account that stands for it. */
async function valuesOf({ port, context }: Session) {
  const { value } = await port(Stock).totals({}, context());
  const { accounts } = await port(Ledger).listAccounts({}, context());
  const { currency, lines } = await port(Ledger).trialBalance({}, context());
  const code = accounts.find(({ role }) => role === inventoryRole)?.code;
  const line = lines.find(({ account }) => account === code);
  return { value, currency, booked: (line?.debit ?? 0n) - (line?.credit ?? 0n) };
}

/** Compares at a moment when finance has handled all that wms had published, and nothing came
 * since. */
export async function stockFaults(session: Session): Promise<readonly string[]> {
  const keeping = session.port(keepingOf('wms'));
  for (let tries = 1; ; tries++) {
    const before = await keeping.lag({}, session.context());
    const { value, booked, currency } = await valuesOf(session);
    const after = await keeping.lag({}, session.context());
    if (value === booked) return [];
    const isQuiet = before.published === after.published && after.waiting === 0;
    if (isQuiet || tries >= triesMax) {
      const text = (minor: bigint) => `${formatMinor(minor, currency)} ${currency}`;
      return [
        `The stock is worth ${text(value)}, the account that stands for it says ${text(booked)}`,
      ];
    }
    await settled(session, () => undefined);
  }
}
