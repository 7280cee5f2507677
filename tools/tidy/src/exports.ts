// What a file exports: each name, with the file that declares it.
import { posix } from 'node:path';
import ts from 'typescript';
import type { TreeFile } from './tree.ts';

/** Names with the files that declare them; something from npm with the name of its package. */
export type Exports = ReadonlyMap<string, string>;

/** Follows `export … from` through files, and through the indexes of packages of the workspace. */
export function exportsIn(files: readonly TreeFile[]): (path: string) => Exports {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const indexes = indexesOf(files);
  const known = new Map<string, Exports>();
  const exportsOf = (path: string): Exports => {
    const found = known.get(path) ?? new Map<string, string>();
    if (known.has(path)) return found;
    known.set(path, found);
    const own = found as Map<string, string>;
    const source = ts.createSourceFile(path, texts.get(path) ?? '', ts.ScriptTarget.Latest, false);
    for (const statement of source.statements)
      if (ts.isExportDeclaration(statement)) passOn(statement, path, own);
      else for (const name of declaredBy(statement)) own.set(name, path);
    return found;
  };
  const passOn = (
    { exportClause, moduleSpecifier }: ts.ExportDeclaration,
    path: string,
    own: Map<string, string>,
  ) => {
    const from = moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
    const target = from.startsWith('.') ? posix.join(posix.dirname(path), from) : indexes.get(from);
    const theirs = target ? exportsOf(target) : new Map<string, string>();
    if (!exportClause) for (const [name, origin] of theirs) own.set(name, origin);
    else if (ts.isNamespaceExport(exportClause)) own.set(exportClause.name.text, path);
    else
      for (const { name, propertyName = name } of exportClause.elements)
        own.set(name.text, theirs.get(propertyName.text) ?? (from || path));
  };
  return exportsOf;
}

/** Each package's name, and that with `/suite`, with the file that it stands for. */
function indexesOf(files: readonly TreeFile[]): ReadonlyMap<string, string> {
  const manifests = files.filter(({ path }) => /^[^/]+\/[^/]+\/package\.json$/.test(path));
  return new Map(
    manifests.flatMap(({ path, text }) => {
      const { name } = JSON.parse(text) as { readonly name: string };
      const source = path.replace('package.json', 'src');
      return [
        [name, `${source}/index.ts`],
        [`${name}/suite`, `${source}/suite/index.ts`],
      ] as const;
    }),
  );
}

function declaredBy(statement: ts.Statement): readonly string[] {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name));
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  return name ? [name.text] : [];
}

const boundBy = (name: ts.BindingName): readonly string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) =>
        ts.isOmittedExpression(element) ? [] : boundBy(element.name),
      );
