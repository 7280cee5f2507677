/** The published definitions of a tenant, parsed and kept in memory. */
import type { Engines } from '@morrow/document-keeper';
import { madeAt, type Clock } from '@morrow/kernel';
import type { DefinitionState } from '@morrow/protocol-workflows';
import type { WorkflowDefinition } from '@morrow/workflow-language';
import { readText } from './definition-text.ts';
import { workflow, type WorkflowRow } from './workflow.document.ts';

/** One version as it was published. */
export interface Published {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly state: DefinitionState;
  /** Undefined where this release cannot read it. */
  readonly definition: WorkflowDefinition | undefined;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
  /** When it was resumed last; null where it never was. */
  readonly resumedAt: string | null;
}

export interface Definitions {
  /** Every version that was published, whatever its state, in the order of publication. What
   * another process published is seen within a second. */
  definitionsOf(tenant: string): Promise<readonly Published[]>;
  /** The same as far as it is in memory, read anew behind the scenes where it is a second old;
   * undefined where nothing is. */
  definitionsNow(tenant: string): readonly Published[] | undefined;
  /** The definition of a row; undefined where this release cannot read it. */
  definitionIn(row: WorkflowRow): WorkflowDefinition | undefined;
  /** Keeps what a row holds, where it was read already: it is not read again. */
  learn(row: WorkflowRow, definition: WorkflowDefinition): void;
  /** Says that a definition of the tenant was published here, or has another state. */
  changed(tenant: string): void;
}

interface Kept {
  readonly at: number;
  readonly all: Promise<readonly Published[]>;
  /** What `all` has given; before it has, what was known until then. */
  loaded?: readonly Published[] | undefined;
}
const freshMs = 1000;
const pageRows = 40;

export function newDefinitions({ ownDocuments }: Engines, clock: Clock): Definitions {
  const kept = new Map<string, Kept>();
  /** By hash: content never changes. */
  const parsed = new Map<string, WorkflowDefinition>();
  const definitionIn = ({ fields }: WorkflowRow): WorkflowDefinition | undefined => {
    const { hash, text } = fields;
    const known = parsed.get(hash);
    if (known) return known;
    const { definition } = readText(text);
    if (definition) parsed.set(hash, definition);
    return definition;
  };
  const load = async (tenant: string): Promise<readonly Published[]> => {
    const all: Published[] = [];
    for (let after: string | undefined; ;) {
      const rows = await ownDocuments(tenant).list(workflow, { after, limit: pageRows });
      for (const row of rows) {
        const { name, ofVersion: version, hash, resumedAt } = row.fields;
        const definition = definitionIn(row);
        const state = row.state as DefinitionState;
        const publishedAt = madeAt(row.id).toISOString();
        all.push({ name, version, hash, state, definition, publishedAt, resumedAt });
      }
      if (rows.length < pageRows) return all;
      after = rows.at(-1)?.id;
    }
  };
  const ask = (tenant: string): Kept => {
    const now = clock.now().getTime();
    const known = kept.get(tenant);
    // a clock that was set back must not keep what is old
    if (known && Math.abs(now - known.at) < freshMs) return known;
    const asked: Kept = { at: now, all: load(tenant), loaded: known?.loaded };
    kept.set(tenant, asked);
    asked.all.then(
      (all) => (asked.loaded = all),
      () => {
        if (kept.get(tenant) === asked) kept.delete(tenant);
      },
    );
    return asked;
  };
  return {
    definitionIn,
    definitionsOf: (tenant) => ask(tenant).all,
    definitionsNow: (tenant) => ask(tenant).loaded,
    learn({ fields }, definition) {
      parsed.set(fields.hash, definition);
    },
    changed: (tenant) => void kept.delete(tenant),
  };
}
