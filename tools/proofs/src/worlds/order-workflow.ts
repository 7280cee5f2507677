/** Orders of one item, and workflows that start with them, for tests. */
import { units } from '@morrow/kernel';

export const placedAt = new Date('2026-03-02T10:00:00.000Z');

/** An order of one piece of item A. */
export const orderOf = (number: string) => ({
  ...{ number, currency: 'GBP', warehouse: 'MAIN', customer: 'C1', placedAt },
  lines: [{ item: 'A', quantity: units(1), price: 1_000_000n }],
});

/** Text of a workflow that starts with the orders whose numbers begin with its name, as it is
 * published. `steps` and `more` are YAML: what stands under `steps`, and what the head has
 * besides. */
export const orderWorkflow = (name: string, steps: string, version = 1, more = ''): string =>
  Buffer.from(
    `form: morrow.workflow/1
name: ${name}
version: ${version}
summary: Looks after orders whose numbers begin with its name
${more}trigger:
  event: orders.orderPlaced
  when: $substringBefore(trigger.data.number, "-") = "${name}"
  key: trigger.data.number
steps:
${steps}`,
  ).toString('base64url');

/** A step that places a further order, named after the step, and cancels it where it is undone.
 * `more`: what the step has besides, as YAML. */
export const furtherOrder = (step: string, more = ''): string => `  ${step}:
${more}    call: orders.place
    input:
      number: ="${step} to " & trigger.data.number
      customer: C1
      currency: GBP
      warehouse: MAIN
      placedAt: =trigger.data.placedAt
      lines: [{ item: A, quantity: "1", price: "1" }]
    compensate: { call: orders.cancel, input: { orderId: =steps.${step}.output.orderId } }
`;
