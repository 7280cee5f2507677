/** The item as masters keep it. */
import { documentOf } from '@morrow/contract';
import { Item } from '@morrow/protocol-items';

export const item = documentOf(Item);
