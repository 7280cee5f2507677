/** The warehouse as its domain keeps it. */
import { documentOf } from '@morrow/contract';
import { Warehouse } from '@morrow/protocol-warehouses';

export const warehouse = documentOf(Warehouse);
