/** The floor under one engine or several, for tests: what its calls are answered is told
 * beforehand. */
import { platformError } from '@morrow/contract';
import { present } from '@morrow/kernel';
import type { Happening, InstanceFields, NewWorkflowEngine } from '@morrow/workflow-keeper';
import pg from 'pg';
import { Floor, tenant, type Answering, type Operation } from '../worlds/floor-ground.ts';
import { floorWorld } from '../worlds/floor-world.ts';

/** What comes of the next call: it is refused, nobody is there, it breaks, or it waits for this. */
export type NextAnswer = 'refused' | 'away' | 'breaks' | Promise<void>;

/** The floor: what ran, in the order in which it ended, each once under its key. */
function toldAnswers() {
  const ran: string[] = [];
  const tried: string[] = [];
  const answers = new Map<Operation, NextAnswer[]>();
  const done = new Set<string>();
  const answering: Answering = async (name, input, key) => {
    tried.push(key);
    const answer = answers.get(name)?.shift();
    if (answer === 'refused') throw Floor.fail('refused', input);
    if (answer === 'away') throw platformError('floor', 'unavailable', 'Nobody is there.');
    if (answer === 'breaks') throw new Error('The belt is torn.');
    await answer;
    if (!done.has(key)) ran.push(name);
    done.add(key);
    return input;
  };
  const answer = (name: Operation, ...next: NextAnswer[]) => void answers.set(name, next);
  return { ran, tried, answer, answering };
}

/** A workflow of these steps that begins with each order, and a way to go through it. */
export async function engineWorld(newEngine: NewWorkflowEngine, steps: object, more: object = {}) {
  const { answering, ...told } = toldAnswers();
  const world = await floorWorld({ newEngine, steps, more, answering });
  const { book, clock, rowOf } = world;
  let engine = world.start();
  const come = async (type: 'placed' | 'packed', order: string) => {
    await world.take([world.eventOf(type, order)]);
    engine.expect(tenant);
  };
  const until = async (
    order: string,
    isReached: (fields: InstanceFields, at: string) => boolean,
  ) => {
    for (;;) {
      const row = await rowOf(order);
      const fields = row?.fields as InstanceFields | undefined;
      if (row && fields && isReached(fields, row.state)) return fields;
      await new Promise((go) => setTimeout(go, 15));
    }
  };
  return {
    ...told,
    place: (order: string) => come('placed', order),
    pack: (order: string) => come('packed', order),
    until: (order: string, state: string) => until(order, (_fields, at) => at === state),
    /** Waits until the step stands so; gives the whole instance. */
    step: (order: string, step: string, state: string) =>
      until(order, ({ steps }) => steps[step]?.state === state),
    /** Somebody decides. */
    async tell(order: string, happening: Happening) {
      await world.tell(present(await rowOf(order), 'It is there').id, happening);
      engine.expect(tenant);
    },
    approvals: world.approvals,
    /** Another process that works on the same instances. */
    join: () => void world.start(),
    /** Ends every connection to the database, as a restart of PostgreSQL does. */
    async cut() {
      const client = new pg.Client({ ...world.server, database: 'postgres' });
      await client.connect();
      const text = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
      await client.query(text, [world.database]).finally(() => client.end());
    },
    /** The instance as somebody holds it who stops to look at the clock: `wake` stores what it has
     * heard by then. */
    async holding(order: string) {
      const held = present(await book.hold(tenant, present(await rowOf(order), 'It is there')), '');
      return {
        async wake(happening: Happening) {
          await held.tell(happening, clock.now().toISOString());
          await book.save(tenant, held, 'somebody who was away');
        },
      };
    },
    stop: () => engine.stop(),
    start() {
      engine = world.start();
    },
  };
}
