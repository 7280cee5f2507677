// The operations of a new record: load, decide, save.
import type { RecordNames } from './record.ts';

export const operationsSource = (names: RecordNames): string => {
  const { one, many, One, Many, file, folder, openedEvent, titleMany, said } = names;
  return `/** ${titleMany}: opens, finds and lists them. */
import { viewed, type RowOf } from '@morrow/contract';
import {
  againOnDuplicate, commitChange, eventOf, nextOf, transitionOf, type DocumentRow, type Engines,
} from '@morrow/document-keeper';
import type { Clock, Ids } from '@morrow/kernel';
import { ${One}, ${Many} } from '@morrow/protocol-${folder}';
import { ${one} } from './${file}.document.ts';

/** The ${said} as callers see it. */
const shown = (row: DocumentRow<RowOf<typeof ${One}>>): ${One} => ({
  ...viewed(${One}, row),
  state: row.state,
});

export const ${many}Operations = (engines: Engines, clock: Clock, ids: Ids): ${Many} => {
  const { documents } = engines;
  return {
    open: (details, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const { code } = details;
          const held = await documents(context).find(${one}, 'code', code);
          if (held) throw ${Many}.fail('codeTaken', { code });
          const event = eventOf(${Many}, '${openedEvent}', details);
          const transition = transitionOf(${one}, undefined, ids.next(), [event]);
          return { transitions: [transition], output: shown(transition.row) };
        }),
      ),
    async get({ code }, context) {
      const row = await documents(context).find(${one}, 'code', code);
      if (!row) throw ${Many}.fail('unknown${One}', { code });
      return shown(row);
    },
    async list(page, context) {
      const rows = await documents(context).list(${one}, page);
      return { ${many}: rows.map(shown), next: nextOf<'${one}'>(rows, page) };
    },
  };
};
`;
};

export const scenarioSource = (names: RecordNames): string => {
  const { many, Many, said, aSaid, folder, titleMany } = names;
  return `/** ${titleMany}, through every binding. */
import { ${Many} } from '@morrow/protocol-${folder}';
import { expect } from 'vitest';
import type { Scenario } from '../worlds/world.ts';

export const scenarios: Readonly<Record<string, Scenario>> = {
  async '${aSaid} is opened once under its code, found by it and listed'(world) {
    const ${many} = world.port(${Many});
    const details = { code: 'FIRST', name: 'The first' };
    const opened = await ${many}.open(details, world.context());
    expect(opened).toMatchObject({ ...details, state: 'open' });
    expect(await ${many}.get({ code: 'FIRST' }, world.context())).toEqual(opened);
    const listed = await ${many}.list({ limit: 200 }, world.context());
    expect(listed.${many}).toContainEqual(opened);
    const again = await world.refusal(() => ${many}.open(details, world.context()));
    expect(again).toEqual({ code: 'codeTaken', fault: 'conflict', data: { code: 'FIRST' } });
  },
  async 'a code that no ${said} has is refused'(world) {
    const ${many} = world.port(${Many});
    const none = await world.refusal(() => ${many}.get({ code: 'NONE' }, world.context()));
    expect(none).toMatchObject({ fault: 'missing', data: { code: 'NONE' } });
  },
};
`;
};
