// The names that a record goes by in the files of its document, protocol and operations.
import { kebabCase, label, oneOf, pascalCase, spoken } from '../words.ts';

export interface RecordNames {
  readonly domain: string;
  /** The document: `workItem`. */
  readonly one: string;
  /** Its protocol: `workItems`. */
  readonly many: string;
  /** `WorkItem` and `WorkItems`. */
  readonly One: string;
  readonly Many: string;
  /** `work item`, `work items`, `a work item`, `Work item`, `Work items`. */
  readonly said: string;
  readonly saidMany: string;
  readonly aSaid: string;
  readonly title: string;
  readonly titleMany: string;
  /** Files are called `work-item`, the folder of the protocol `work-items`. */
  readonly file: string;
  readonly folder: string;
  readonly idKey: string;
  readonly openedEvent: string;
}

export const namesOf = (domain: string, one: string, many: string): RecordNames => ({
  domain,
  one,
  many,
  One: pascalCase(one),
  Many: pascalCase(many),
  said: spoken(one),
  saidMany: spoken(many),
  aSaid: oneOf(one),
  title: label(one),
  titleMany: label(many),
  file: kebabCase(one),
  folder: kebabCase(many),
  idKey: `${one}Id`,
  openedEvent: `${one}Opened`,
});
