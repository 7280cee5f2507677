/** What waits for people: questions of workflows that are open, and instances that are stuck. */
import type { CallContext } from '@morrow/contract';
import { Workflows, type Approval, type InstanceSummary } from '@morrow/protocol-workflows';
import type { Running } from './boot.ts';
import { domains } from './module-catalog.ts';
import { state, table, text, words, type Cell, type Row } from './page.ts';

/** Lines of each kind that are shown. */
const shownMax = 5;

const typed = (command: string): Cell => ({
  html: `<code tabindex="0">npx --no morrow ${text(command)}</code>`,
});
const shownTime = (at: Date) =>
  state(`${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`, 'soft');

const asked = ({ approvalId, title, role, requestedAt }: Approval): Row => ({
  cells: [
    words(title),
    words(`Waiting for ${role}`),
    shownTime(requestedAt),
    typed(`approve ${approvalId}`),
  ],
});
const stuck = ({ instanceId, workflow, version, ...one }: InstanceSummary): Row => ({
  cells: [
    words(`${workflow}@${version} is stuck`),
    words(one.sentence ?? ''),
    shownTime(one.startedAt),
    typed(`workflow instance ${instanceId}`),
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
    ...approvals.slice(0, shownMax).map(asked),
    ...instances.slice(0, shownMax).map(stuck),
  ];
  const isMore = approvals.length > shownMax || instances.length > shownMax;
  const rest = isMore ? 'More are waiting. ' : '';
  const head = [words('What'), words('Why'), words('Since'), words('Command')];
  return `${table(head, rows)}<p class="soft">${rest}<code>npx --no morrow approvals</code> and
<code>npx --no morrow workflow stuck</code> list everything. <code>reject</code> declines.</p>`;
}
