// The protocol of a new record: to open one, get one and list them.
import { pascalCase } from '../words.ts';
import type { RecordNames } from './record.ts';

export const protocolSource = (names: RecordNames): string =>
  `${schemasOf(names)}
${promisesOf(names)}`;

const schemasOf = ({ one, One, Many, aSaid, idKey }: RecordNames): string =>
  `/** ${Many}: opened under codes of their own, and found by them. */
import {
  Code, command, defineProtocol, idSchema, InstantSchema, query, Text, type PortFor,
} from '@morrow/contract';
import { z } from 'zod';

export const ${One}Id = idSchema('${one}');
/** What people call ${aSaid} by; unique. */
export const ${One}Code = Code(32);

const details = {
  code: ${One}Code,
  name: Text(120),
};
export const ${One} = z.object({
  ${idKey}: ${One}Id,
  ...details,
  /** Where it stands in its lifecycle. */
  state: Code(40),
  openedAt: InstantSchema,
});
export type ${One} = z.output<typeof ${One}>;
`;

const promisesOf = (names: RecordNames): string => {
  const { domain, many, One, Many, said, aSaid, titleMany, openedEvent } = names;
  const exists = `${pascalCase(aSaid)} exists`;
  return `export const ${Many} = defineProtocol({
  name: '${many}',
  version: 1,
  domain: '${domain}',
  summary: '${titleMany}, known by their codes',
  errors: {
    codeTaken: {
      fault: 'conflict',
      data: z.object({ code: ${One}Code }),
      sentence: 'There is ${aSaid} {code} already.',
    },
    unknown${One}: {
      fault: 'missing',
      data: z.object({ code: ${One}Code }),
      sentence: 'There is no ${said} {code}.',
    },
  },
  operations: {
    open: command({
      summary: 'Opens ${aSaid} under a code of its own',
      input: z.object(details),
      output: ${One},
      errors: ['codeTaken'],
    }),
    get: query({
      summary: 'One ${said} by its code',
      input: z.object({ code: ${One}Code }),
      output: ${One},
      errors: ['unknown${One}'],
    }),
    list: query({
      summary: '${titleMany} in the order of their opening, a page at a time',
      input: z.object({ after: ${One}Id.optional(), limit: z.int().min(1).max(200) }),
      output: z.object({ ${many}: z.array(${One}).max(200), next: ${One}Id.optional() }),
      errors: [],
    }),
  },
  events: {
    ${openedEvent}: { version: 1, summary: '${exists}', data: z.object(details) },
  },
});
export type ${Many} = PortFor<typeof ${Many}>;
`;
};
