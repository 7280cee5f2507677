/** What waits for people: questions of workflows that are open, and instances that are stuck. */
import type { CallContext } from '@morrow/contract';
import { Workflows, type Approval, type InstanceSummary } from '@morrow/protocol-workflows';
import type { Running } from './boot.ts';
import { domains } from './module-catalog.ts';
import { commandLine, state, table, words, type Row } from './page.ts';

/** Lines of each kind that are shown. */
const shownMax = 5;

const shownTime = (at: Date) =>
  state(`${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`, 'soft');

const asked = ({ approvalId, title, role, requestedAt }: Approval, tenant: string): Row => ({
  cells: [
    words(title),
    words(`Waiting for ${role}`),
    shownTime(requestedAt),
    { html: commandLine(`approve ${approvalId}`, tenant) },
  ],
});
const stuck = (
  { instanceId, workflow, version, ...one }: InstanceSummary,
  tenant: string,
): Row => ({
  cells: [
    words(`${workflow}@${version} is stuck`),
    words(one.sentence ?? ''),
    shownTime(one.startedAt),
    { html: commandLine(`workflow instance ${instanceId}`, tenant) },
  ],
});

/** A table of both, each with what to type; undefined where nothing waits. */
export async function peopleTable(
  { port }: Running,
  context: CallContext,
): Promise<string | undefined> {
  if (!domains.includes(Workflows.spec.domain)) return undefined;
  const workflows = port(Workflows);
  const limit = shownMax + 1;
  const [{ approvals }, { instances }] = await Promise.all([
    workflows.approvals({ limit }, context),
    workflows.instances({ limit, state: 'stuck' }, context),
  ]);
  if (!approvals.length && !instances.length) return undefined;
  const rows = [
    ...approvals.slice(0, shownMax).map((each) => asked(each, context.tenant)),
    ...instances.slice(0, shownMax).map((each) => stuck(each, context.tenant)),
  ];
  const isMore = approvals.length > shownMax || instances.length > shownMax;
  const lineOf = (command: string) => commandLine(command, context.tenant);
  const rest = isMore ? 'More are waiting. ' : '';
  const head = [words('What'), words('Why'), words('Since'), words('Command')];
  return `${table(head, rows)}<p class="soft">${rest}${lineOf('approvals')} and
${lineOf('workflow stuck')} list everything. <code>reject</code> declines.</p>`;
}
