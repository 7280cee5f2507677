/** Names what in a schema would not survive JSON and PostgreSQL, for its refusal. */
import { entriesOf } from './generate-leaf.ts';
import { isPlainPattern } from './plain-pattern.ts';
import { definitionOf, innerOfLazy, type DefinitionOf, type Schema } from './schema-node.ts';
import { stringBounds } from './string-bounds.ts';
import { isWellFormedText } from './text.ts';

type Report = (path: string, sentence: string) => void;
/** Where a schema stands: only a field of an object may be absent. */
type Place = 'field' | 'elsewhere';

const noWireForm: Readonly<Record<string, string>> = {
  any: 'z.any() admits what JSON has not; state a schema, or z.json()',
  unknown: 'z.unknown() admits what JSON has not; state a schema, or z.json()',
  custom: 'z.custom() and z.instanceof() have no wire form; use valueCodec',
  bigint: 'z.bigint() has no wire form; use Minor, MicroSchema or QuantitySchema',
  date: 'z.date() has no wire form; use InstantSchema or CalendarDate',
  undefined: 'JSON has no undefined; use .optional() on a field',
  void: 'JSON has no undefined; answer with an object',
  nan: 'JSON has no NaN',
  symbol: 'JSON has no symbols',
  map: 'JSON has no Map; use a list of entries',
  set: 'JSON has no Set; use a list',
  file: 'a file does not fit in a message; use a blob reference',
  function: 'a function does not cross a call',
  promise: 'a promise does not cross a call',
  transform: 'a transform cannot be encoded; use a codec',
  success: 'z.success() cannot be encoded',
};

/** One sentence for each fault, with its path (`lines[].at: …`); empty where all survives. Looks
 * at wire forms only: what a codec has in code is its own affair. Asynchronous refinements do not
 * show. */
export function wireFaults(schema: Schema): string[] {
  const faults: string[] = [];
  const walk = walker((path, sentence) => faults.push(`${path || 'value'}: ${sentence}`));
  walk(schema, '', 'elsewhere');
  return faults;
}

function walker(report: Report): (schema: Schema, path: string, place: Place) => void {
  const seen = new Set<Schema>();
  const walk = (schema: Schema, path: string, place: Place = 'elsewhere'): void => {
    const definition = definitionOf(schema);
    const reason = noWireForm[definition.type];
    if (reason) report(path, reason);
    else if (definition.type === 'object') fieldNames(definition, path, report);
    else leafFaults(schema, path, report);
    switch (definition.type) {
      case 'optional':
        if (place !== 'field') report(path, 'only a field of an object is .optional(), outermost');
        return walk(definition.innerType, path);
      case 'nonoptional':
        return walk(definition.innerType, path, 'field');
      case 'default':
      case 'prefault':
      case 'readonly':
        return walk(definition.innerType, path, place);
      case 'nullable':
      case 'catch':
        return walk(definition.innerType, path);
      case 'lazy':
        if (seen.has(schema)) return;
        seen.add(schema);
        return walk(innerOfLazy(schema), path, place);
      case 'pipe':
        if (!definition.reverseTransform) walk(definition.out, path);
        return walk(definition.in, path, place);
      case 'array':
        return walk(definition.element, `${path}[]`);
      default:
        return walkMany(definition, path, walk);
    }
  };
  return walk;
}

/** What has more than one child. */
function walkMany(
  definition: ReturnType<typeof definitionOf>,
  path: string,
  walk: (schema: Schema, path: string, place?: Place) => void,
): void {
  switch (definition.type) {
    case 'tuple':
      definition.items.forEach((item, at) => walk(item, `${path}[${at}]`));
      if (definition.rest) walk(definition.rest, `${path}[]`);
      return;
    case 'union':
      definition.options.forEach((option, at) => walk(option, `${path}<${at + 1}>`));
      return;
    case 'intersection':
      walk(definition.left, path);
      walk(definition.right, path);
      return;
    case 'record':
      walk(definition.keyType, `${path}{key}`);
      walk(definition.valueType, `${path}{}`);
      return;
    case 'object':
      for (const [key, field] of Object.entries(definition.shape))
        walk(field, path ? `${path}.${key}` : key, 'field');
      if (definition.catchall) walk(definition.catchall, `${path}{}`);
      return;
    default:
  }
}

function leafFaults(schema: Schema, path: string, report: Report): void {
  const definition = definitionOf(schema);
  if (definition.type === 'string' && !stringBounds(schema).isStorable)
    report(
      path,
      'text may hold NUL or half a character; use Text(max), a format or a plain pattern',
    );
  if (definition.type === 'template_literal') {
    const { pattern } = schema._zod;
    if (!pattern || !isPlainPattern(pattern))
      report(path, 'the parts may hold any text; bound them');
  }
  const values =
    definition.type === 'literal'
      ? definition.values
      : definition.type === 'enum'
        ? entriesOf(definition)
        : [];
  for (const value of values)
    if (!survives(value)) report(path, `${describe(value)} does not survive JSON and PostgreSQL`);
}

function survives(value: unknown): boolean {
  if (typeof value === 'string') return isWellFormedText(value);
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  return value === null || typeof value === 'boolean';
}

const describe = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : Object.is(value, -0) ? '-0' : String(value);

function fieldNames({ shape }: DefinitionOf<'object'>, path: string, report: Report): void {
  for (const key of Reflect.ownKeys(shape)) {
    const at = path ? `${path}.${String(key)}` : String(key);
    if (typeof key === 'symbol') report(at, 'JSON has no symbols');
    else if (key in Object.prototype)
      report(at, 'every object has a member of this name; rename it');
    else if (!isWellFormedText(key)) report(at, 'the name holds NUL or half a character');
  }
}
