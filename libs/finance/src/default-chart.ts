/** The chart that new books begin with. Roles are what other domains call an account. */
import type { Account } from '@morrow/protocol-ledger';

type Row = readonly [code: string, name: string, kind: Account['kind'], role?: string];

const headings: readonly Row[] = [
  ['1000', 'Assets', 'asset'],
  ['2000', 'Liabilities', 'liability'],
  ['3000', 'Equity', 'equity'],
  ['4000', 'Income', 'income'],
  ['5000', 'Expenses', 'expense'],
];
const leaves: readonly Row[] = [
  ['1100', 'Cash at bank', 'asset', 'cash'],
  ['1200', 'Trade receivables', 'asset', 'receivable'],
  ['1300', 'Inventory', 'asset', 'inventory'],
  ['2100', 'Goods received not invoiced', 'liability', 'goodsReceived'],
  ['2200', 'Trade payables', 'liability', 'payable'],
  ['2300', 'Gift vouchers', 'liability', 'voucher'],
  ['3100', 'Opening balances', 'equity', 'openingEquity'],
  ['3200', 'Retained earnings', 'equity', 'retainedEarnings'],
  ['4100', 'Sales of goods', 'income', 'sales'],
  ['4150', 'Sales returns', 'income', 'salesReturns'],
  ['4200', 'Carriage charged', 'income', 'carriage'],
  ['4300', 'Manual charges', 'income', 'manual'],
  ['4400', 'Discounts given', 'income', 'discount'],
  ['4500', 'Packing charged', 'income', 'packing'],
  ['5100', 'Cost of goods sold', 'expense', 'costOfGoodsSold'],
  ['5200', 'Stock adjustments', 'expense', 'stockAdjustments'],
  ['5300', 'Samples', 'expense', 'samples'],
  ['5400', 'Bank charges', 'expense', 'bankCharges'],
  ['5500', 'Marketplace fees', 'expense', 'marketplaceFee'],
  ['5600', 'Commissions', 'expense', 'commission'],
  ['5700', 'Bad debts', 'expense', 'badDebts'],
  ['5900', 'Rounding differences', 'expense', 'rounding'],
];

const accountOf =
  (isPostable: boolean) =>
  ([code, name, kind, role]: Row): Account => ({
    code,
    name,
    kind,
    isPostable,
    ...(role === undefined ? {} : { role }),
    ...(isPostable ? { parent: `${code.slice(0, 1)}000` } : {}),
  });

export const defaultChart: readonly Account[] = [
  ...headings.map(accountOf(false)),
  ...leaves.map(accountOf(true)),
];
