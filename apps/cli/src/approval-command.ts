/** What workflows ask people: listed by role, and decided. */
import type { Command } from 'commander';
import type { Id } from '@morrow/kernel';
import { approvalsPageMax, Workflows, type Approval } from '@morrow/protocol-workflows';
import { idText, noteOf, shownAt } from './instance-command.ts';
import type { Tools } from './lifecycle-command.ts';
import type { Report } from './report.ts';
import type { Session } from './session.ts';

type ApprovalId = Id<'workflowApproval'>;

async function listed({ port, context }: Session, role: string | undefined): Promise<Report> {
  const json: Approval[] = [];
  for (let after: ApprovalId | undefined; ;) {
    const asked = { after, role, limit: approvalsPageMax };
    const page = await port(Workflows).approvals(asked, context());
    json.push(...page.approvals);
    after = page.next;
    if (after === undefined) break;
  }
  const rows = json.map(({ approvalId, role: whose, title, requestedAt, until, workflow }) => [
    ...[approvalId, whose, title, workflow],
    ...[shownAt(requestedAt), shownAt(until)],
  ]);
  return { head: ['Approval', 'Role', 'Question', 'Workflow', 'Requested', 'Until'], rows, json };
}

const decisions = {
  approve: ['approved', 'approve a request of a workflow'],
  reject: ['rejected', 'reject a request of a workflow'],
} as const;

/** Adds `approvals`, `approve` and `reject`. */
export function addApprovals(program: Command, { inSession, print }: Tools): void {
  program
    .command('approvals')
    .description('list open approvals')
    .option('--role <role>', 'only approvals of this role')
    .option('--json', 'print as JSON')
    .action(
      inSession(async (session, { role, json }: { role?: string; json?: boolean }) =>
        print(await listed(session, role), json ? 'json' : 'table'),
      ),
    );
  for (const [name, [decision, summary]] of Object.entries(decisions))
    program
      .command(name)
      .argument('<approval>', 'id, as listed by `approvals`', idText)
      .description(summary)
      .option('--note <note>', 'reason, kept with the decision', noteOf)
      .action(
        inSession(async ({ port, context }, id: string, { note }: { note?: string }) => {
          const asked = { approvalId: id as ApprovalId, decision, note };
          const { state } = await port(Workflows).decide(asked, context());
          console.log(`The approval is ${state}.`);
        }),
      );
}
