/** Finds documents of a domain by what people call them: a number, a code. */
import { kindOf, type DocumentType, type FieldSpec } from '@morrow/contract';
import type { DocumentRow, Store } from '@morrow/engines';
import type { Id, Json } from '@morrow/kernel';
import { factsMax, factTextMax, foundMax, type FoundDocument } from '@morrow/protocol-keeping';

const isShown = ({ kind }: FieldSpec) => kindOf(kind).operators.length > 0;

/** What one field says, as a fact of the answer; undefined where it says nothing. */
function factOf(label: string, value: Json | undefined) {
  if (value === undefined || value === null || value === '') return undefined;
  return { name: label, value: [...String(value)].slice(0, factTextMax).join('') };
}

function foundOf(type: DocumentType, number: string, row: DocumentRow): FoundDocument {
  const facts = Object.entries(type.fields)
    .filter(([, spec]) => isShown(spec))
    .flatMap(([name, { label }]) => factOf(label, row.fields[name]) ?? []);
  return {
    documentType: type.name,
    label: type.label,
    documentId: row.id as Id<'document'>,
    number,
    state: row.state,
    facts: facts.slice(0, factsMax),
  };
}

/** A type may keep its number behind what kind of document it is: `receipt:GR-1`. */
const spellings = ({ fields }: DocumentType, number: string): readonly string[] => [
  number,
  ...Object.values(fields).flatMap(({ choices = [] }) =>
    choices.map((choice) => `${choice}:${number}`),
  ),
];

/** Of every type whose number is unique or indexed; the order is that of the types. */
export async function findDocuments(
  store: Store,
  types: readonly DocumentType[],
  number: string,
): Promise<readonly FoundDocument[]> {
  const found: FoundDocument[] = [];
  for (const type of types) {
    const field = type.numberField;
    const spec = field === undefined ? undefined : type.fields[field];
    if (field === undefined || !(spec?.unique ?? spec?.indexed)) continue;
    const rows = await store.findBy(type.name, field, spellings(type, number));
    found.push(...rows.map((row) => foundOf(type, number, row)));
  }
  return found.slice(0, foundMax);
}
