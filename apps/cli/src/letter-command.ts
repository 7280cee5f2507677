/** `morrow letter`: what handlers could not handle is listed, handed to them again, or dropped. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Id } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { lettersOf } from './dead-letters.ts';
import { needsHosted } from './help-command.ts';
import type { Session } from './session.ts';

type InSession = <Arguments extends unknown[]>(
  run: (session: Session, ...args: Arguments) => Promise<void>,
) => (...args: Arguments) => Promise<void>;
/** Number of an event, or id of a timer. */
interface Which {
  readonly number: number;
  readonly timer?: Id<'timer'>;
}

function whichOf(text: string): Which {
  if (/^\d{1,15}$/.test(text)) return { number: Number(text) };
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    return { number: 0, timer: text.toLowerCase() as Id<'timer'> };
  throw new InvalidArgumentError('Give the number of an event or the id of a timer, as listed.');
}

async function listLetters(session: Session): Promise<void> {
  let count = 0;
  for (const domain of session.domains)
    for await (const letter of lettersOf(session, domain)) {
      const { handler, producer, number, timer = number, attempts, sentence } = letter;
      const times = attempts === 1 ? 'once' : `${attempts} times`;
      console.log(`${domain} ${handler} ${producer} ${timer} failed ${times}: ${sentence}`);
      count++;
    }
  if (!count) console.log('There are no dead letters.');
}

/** Adds the commands; a letter is named by the first four words of its line in the list. */
export function addLetters(program: Command, inSession: InSession): void {
  const letter = program
    .command('letter')
    .description(
      'list, retry or skip dead letters: events and timers that a handler could not handle',
    );
  letter
    .command('list')
    .description('list dead letters with their last error')
    .action(inSession(listLetters));
  const named = (name: string, description: string) =>
    letter
      .command(name)
      .description(description)
      .argument('<domain>', 'a hosted domain, such as orders')
      .argument('<handler>')
      .argument('<producer>')
      .argument('<which>', 'number of the event or id of the timer', whichOf);
  type Named = [domain: string, handler: string, producer: string, which: Which];
  const deciding = (decide: (session: Session, ...named: Named) => Promise<void>) =>
    inSession(async (session, ...asked: [...Named, options: object, command: Command]) => {
      const [domain, handler, producer, which, , command] = asked;
      needsHosted(session, domain, command);
      await decide(session, domain, handler, producer, which);
    });
  named('retry', 'retry it now').action(
    deciding(async ({ port, context }, domain, handler, producer, which) => {
      const asked = { handler, producer, ...which };
      const { handled } = await port(keepingOf(domain)).retry(asked, context());
      console.log(
        handled ? 'The dead letter was handled.' : 'It failed again. See `morrow letter list`.',
      );
      if (!handled) process.exitCode = 1;
    }),
  );
  named('skip', 'skip it for good').action(
    deciding(async ({ port, context }, domain, handler, producer, which) => {
      await port(keepingOf(domain)).skip({ handler, producer, ...which }, context());
      console.log('The dead letter is skipped.');
    }),
  );
}
