/** The account as finance keeps it. */
import { documentOf } from '@morrow/contract';
import { Account } from '@morrow/protocol-ledger';

export const account = documentOf(Account);
