// Names that may be given: each refusal is one sentence that says what to do instead.
import * as contract from '@morrow/contract';
import * as kernel from '@morrow/kernel';
import { isPlural, pascalCase, plural, singular, spoken } from './words.ts';

/** A name or a place that the generators cannot work with; its message is for the person. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

const reservedWords = new Set(
  `abstract any arguments as async await boolean break case catch class const continue debugger
  declare default delete do else enum eval export extends false finally for from function get if
  implements import in instanceof interface is let module namespace never new null number object of
  package private protected public require return set static string super switch symbol this throw
  true try type typeof undefined unknown var void while with yield constructor prototype
  hasOwnProperty toString valueOf then`.split(/\s+/),
);
/** Names that generated files use for something else. */
const takenInFiles = new Set(
  `details code name opened listed find row rows transition context engines clock ids after limit
  next held state shown expect it world z lifecycle lifecycles fields evolve scenarios scenario
  manifest again none told begun nobody decided call tell`.split(/\s+/),
);
/** Tables that every domain or a keeper has, and columns that every document has. */
const takenInSchemas = new Set(
  `event outbox publication receipt relay replay inbox watermark deadLetter timer schemaMigration
  entry entryLine ledgerFacts accountBalance stockBalance stockMovement stockWaiting movementFact
  workflowHeard workflowAwaiting
  reservedFact`.split(/\s+/),
);
const takenTypes = new Set(
  `Clock Engines Id Ids Instant CallContext DocumentRow ModuleManifest PortFor Protocol Scenario
  Transition World`.split(/\s+/),
);
/** What tidy refuses as a word of a file's name, and as the whole of it. */
const emptyWords = /^(utils?|helpers?|common|misc|manager|impl)$/;
const emptyNames = /^(base|data|process|stuff)$/;
const lettersMax = 24;

const isTakenByImports = (name: string) => {
  const used = [name, pascalCase(name), `${pascalCase(name)}Id`, `${pascalCase(name)}Code`];
  const isType = used.some((each) => takenTypes.has(each));
  return isType || used.some((each) => each in contract || each in kernel || each in globalThis);
};

/** Checks what all names have in common; gives the name back. */
export function checkName(name: string, what: string, lengthMax = lettersMax): string {
  if (!name) throw new Refused(`Name the ${what}: npm run new says how.`);
  if (!/^[a-z][A-Za-z0-9]*$/.test(name) || /[A-Z]{2}/.test(name))
    throw new Refused(`'${name}' is not in camelCase: write the ${what} like workItem.`);
  if (name.length > lengthMax)
    throw new Refused(`'${name}' is longer than ${lengthMax} letters: find a shorter word.`);
  if (reservedWords.has(name))
    throw new Refused(`'${name}' is a word of the language: find another for the ${what}.`);
  const words = spoken(name).split(' ');
  const empty = emptyNames.test(name) ? name : words.find((word) => emptyWords.test(word));
  if (empty)
    throw new Refused(`'${empty}' says nothing: name the ${what} in words of the business.`);
  return name;
}

/** A document type: one of a kind, in a table of its own. */
export function checkDocument(name: string): string {
  checkName(name, 'document');
  if (isPlural(name))
    throw new Refused(`'${name}' is a plural: name one document, ${singular(name)}.`);
  if (takenInSchemas.has(name))
    throw new Refused(`'${name}' is a table of the keepers: find another word for the document.`);
  if (takenInFiles.has(name) || isTakenByImports(name))
    throw new Refused(`'${name}' is what the platform calls something else: find another word.`);
  return name;
}

/** The protocol of a document: its plural. */
export function checkProtocol(name: string, document: string): string {
  checkName(name, 'protocol');
  if (name === document)
    throw new Refused(`'${name}' is one and many alike: give its plural too, as a last word.`);
  if (takenInFiles.has(name) || isTakenByImports(name))
    throw new Refused(`'${name}' is what the platform calls something else: find another word.`);
  return name;
}

/** A domain: it becomes a folder, a package, a schema and a role. */
export function checkDomain(name: string): string {
  checkName(name, 'domain');
  if (['regional', 'keeping', 'engines', 'contract', 'informationSchema'].includes(name))
    throw new Refused(`'${name}' is a folder of the platform: find another name for the domain.`);
  if (/^pg[A-Z]|^(public|user|nobody)$/.test(name))
    throw new Refused(`'${name}' is PostgreSQL's own: find another name for the domain.`);
  return name;
}

/** The one document that a new domain begins with, from the name of the domain. */
export function documentOf(domain: string): string {
  if (isPlural(domain)) return singular(domain);
  const many = plural(domain);
  throw new Refused(
    `'${domain}' is no plural: call the domain ${many}, or name its document too, as a last word.`,
  );
}

/** An operation: a query asks, a command says what to do. */
export function checkOperation(name: string, kind: 'query' | 'command'): string {
  checkName(name, 'operation');
  const asks = /^(get|list|count)[A-Z]/.test(name);
  if (kind === 'query' && !/^get[A-Z]/.test(name))
    throw new Refused(`'${name}' is no question: call the query get and a noun, getSummary.`);
  if (kind === 'command' && asks)
    throw new Refused(`'${name}' asks and does nothing: call the command like close or markPaid.`);
  return name;
}
