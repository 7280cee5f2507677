/** What nobody posts by hand: the accounts and the sources that the platform keeps itself. */

/** Roles of control accounts, whose sub-ledger the platform keeps: stock for `inventory`, sales,
 * returns and write-offs for `receivable`. The role of an account never changes. */
export const controlRoles = ['inventory', 'receivable'] as const;
export type ControlRole = (typeof controlRoles)[number];

export const isControlRole = (role: string | undefined): role is ControlRole =>
  (controlRoles as readonly (string | undefined)[]).includes(role);

/** What the sources of derived entries begin with, before a colon. */
export const derivedSources = ['sale', 'return', 'wms', 'stock', 'valuation', 'writeOff'] as const;
/** What the sources of reversals begin with: the id of the entry follows. */
export const reversalSource = 'reversal';

const startsWith = (source: string, names: readonly string[]): boolean =>
  names.some((name) => source.toLowerCase().startsWith(`${name.toLowerCase()}:`));

/** Whether the platform derives entries of such a source, from a document or a write-off. */
export const isDerivedSource = (source: string): boolean => startsWith(source, derivedSources);
/** Whether it is the source of a reversal. */
export const isReversalSource = (source: string): boolean => startsWith(source, [reversalSource]);
