/** Versions of lifecycles: who is on which, and mapped moves from one to another. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Id } from '@morrow/kernel';
import { keepingOf, type LifecycleCount } from '@morrow/protocol-keeping';
import { needsHosted } from './help-command.ts';
import type { Report } from './report.ts';
import type { Session } from './session.ts';

const pageSize = 200;

async function countsOf({ port, context }: Session, domain: string): Promise<LifecycleCount[]> {
  const counts: LifecycleCount[] = [];
  for (let page = 0; ; page++) {
    const answer = await port(keepingOf(domain)).lifecycles({ page }, context());
    counts.push(...answer.counts);
    if (!answer.hasMore) return counts;
  }
}

/** Documents by type, version and state; which of them are under way, done, or wait for a release
 * that knows their version. */
async function lifecycles(session: Session): Promise<Report> {
  const found = await Promise.all(
    session.domains.map(async (domain) =>
      (await countsOf(session, domain)).map((count) => ({ domain, ...count })),
    ),
  );
  const json = found.flat();
  const rows = json.map(({ domain, documentType, id, version, state, documents, ...is }) => {
    const stand = is.isEnd ? 'final' : 'under way';
    const shown = `${id}@${version}`;
    return [domain, documentType, shown, state, documents, is.isKnown ? stand : 'not known here'];
  });
  const head = ['Domain', 'Document', 'Lifecycle', 'State', 'Documents', 'Stand'];
  return { head, rows: rows.map((row) => row.map(String)), json };
}

interface Move {
  readonly documentType: string;
  readonly from: number;
  readonly to: number;
}

/** Moves page by page, or says what would be moved; gives lines for a person. */
async function move(
  { port, context }: Session,
  domain: string,
  asked: Move,
  isDryRun: boolean,
): Promise<readonly string[]> {
  const ways = new Map<string, number>();
  const stays = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, n: number) =>
    map.set(key, (map.get(key) ?? 0) + n);
  const keeping = port(keepingOf(domain));
  let after: Id<'document'> | undefined;
  do {
    const page = { ...asked, isDryRun, after, limit: pageSize };
    const { moved, left, next } = await keeping.moveLifecycle(page, context());
    for (const { from, to, documents } of moved) add(ways, `${from} → ${to}`, documents);
    for (const { state, documents } of left) add(stays, state, documents);
    after = next;
  } while (after !== undefined);
  const verb = isDryRun ? 'would go' : 'went';
  const { documentType, from, to } = asked;
  return [
    ...[...ways].map(([way, n]) => `${n} ${verb} from version ${from} to ${to}: ${way}`),
    ...[...stays].map(([state, n]) => `${n} in state ${state} end on version ${from}`),
    ...(ways.size || stays.size ? [] : [`No ${documentType} is on version ${from}.`]),
    ...(isDryRun && ways.size ? ['Nothing was moved. Add --apply to move them.'] : []),
  ];
}

const version = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A version is a whole number of at least 1.');
};

export interface Tools {
  inSession<A extends unknown[]>(
    run: (session: Session, ...args: A) => Promise<void>,
  ): (...args: A) => Promise<void>;
  print(report: Report, format: string): void;
}

export function addLifecycles(program: Command, { inSession, print }: Tools): void {
  const command = program
    .command('lifecycle')
    .description('list the versions of lifecycles in use, and move documents between them');
  command
    .command('list')
    .description('count documents by type, lifecycle version and state')
    .option('--json', 'print as JSON')
    .action(
      inSession(async (session, { json }: { json?: boolean }) =>
        print(await lifecycles(session), json ? 'json' : 'table'),
      ),
    );
  command
    .command('move')
    .argument('<domain>', 'a hosted domain, such as orders')
    .argument('<type>', 'document type, such as salesOrder')
    .argument('<from>', 'current version', version)
    .argument('<to>', 'new version', version)
    .description('show which documents can move to another version; with --apply, move them')
    .option('--apply', 'move them')
    .action(
      inSession(
        async (
          session,
          domain: string,
          documentType: string,
          from: number,
          to: number,
          { apply }: { apply?: boolean },
          command: Command,
        ) => {
          needsHosted(session, domain, command);
          const asked = { documentType, from, to };
          for (const line of await move(session, domain, asked, !apply)) console.log(line);
        },
      ),
    );
}
