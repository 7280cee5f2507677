// The protocol of a new record: to open one, get one and list them.
import { pascalCase } from '../words.ts';
import type { RecordNames } from './record.ts';

export const protocolSource = (names: RecordNames): string =>
  `${schemasOf(names)}
${promisesOf(names)}`;

const schemasOf = ({ file, One, Many, idKey }: RecordNames): string =>
  `/** ${Many}: opened under codes of their own, and found by them. */
import {
  command, defineProtocol, eventDataOf, query, shapeOf, type PortFor,
} from '@morrow/contract';
import { z } from 'zod';
import { ${One}, ${One}View } from './${file}.record.ts';

export { ${One} } from './${file}.record.ts';

const ${One}Id = ${One}View.shape.${idKey};
const { code } = shapeOf(${One});
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
      data: z.object({ code }),
      sentence: 'There is ${aSaid} {code} already.',
    },
    unknown${One}: {
      fault: 'missing',
      data: z.object({ code }),
      sentence: 'There is no ${said} {code}.',
    },
  },
  operations: {
    open: command({
      summary: 'Opens ${aSaid} under a code of its own',
      input: z.object(shapeOf(${One})),
      output: ${One}View,
      errors: ['codeTaken'],
    }),
    get: query({
      summary: 'One ${said} by its code',
      input: z.object({ code }),
      output: ${One}View,
      errors: ['unknown${One}'],
    }),
    list: query({
      summary: '${titleMany} in the order of their opening, a page at a time',
      input: z.object({ after: ${One}Id.optional(), limit: z.int().min(1).max(200) }),
      output: z.object({ ${many}: z.array(${One}View).max(200), next: ${One}Id.optional() }),
      errors: [],
    }),
  },
  events: {
    ${openedEvent}: { version: 1, summary: '${exists}', data: eventDataOf(${One}, 'open') },
  },
});
export type ${Many} = PortFor<typeof ${Many}>;
`;
};
