/** Real protocols and the workflow that the platform brings along, for tests. */
import { readFileSync } from 'node:fs';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { readWorkflow, type Catalog, type WorkflowDefinition } from './index.ts';

export const catalog: Catalog = [Orders, Stock, Ledger];

/** The workflow that the platform brings along. */
export const fulfilOrderPath = 'deploy/workflows/fulfil-order.yaml';

/** A text of the repository, by its path from the root. */
export const fileAt = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The definition that a committed file holds. */
export function definitionAt(path: string): WorkflowDefinition {
  const { definition, problems } = readWorkflow(fileAt(path));
  if (!definition) throw new Error(JSON.stringify(problems));
  return definition;
}
