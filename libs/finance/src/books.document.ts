/** The book and its locked months as finance keeps them. */
import { documentOf } from '@morrow/contract';
import { Book, Period } from '@morrow/protocol-ledger';

export const book = documentOf(Book);
export const period = documentOf(Period);
