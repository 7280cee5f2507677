/** A valid workflow and every mistake that may be planted in it, for tests. */
/** A valid workflow that has a little of everything. */
export const file = `form: morrow.workflow/1
name: fulfil
version: 1
summary: Fulfils
trigger: { event: orders.orderPlaced, when: 'trigger.data.total != "0"', key: trigger.data.number }
steps:
  reserve:
    call: stock.reserve
    input:
      number: =trigger.data.number
      warehouse: =trigger.data.warehouse
      lines: =trigger.data.lines
    compensate:
      { call: stock.release, input: { reservationId: =steps.reserve.output.reservationId } }
  review:
    when: $number(trigger.data.total) > 100000
    approval:
      { role: sales, title: '="Ship " & trigger.data.number', timeout: P1D, onTimeout: reject }
  rest: { after: [review], sleep: { until: trigger.at } }
  ship:
    after: [reserve, review]
    when: steps.review.state = "skipped" or steps.review.output.decision = "approved"
    call: orders.ship
    input: { orderId: =trigger.data.orderId }
    retry: { times: 3, wait: PT1S, most: PT1M }
    compensate: { none: Returns undo it. }
  issue:
    after: [ship]
    await:
      event: stock.stockIssued
      when: event.data.number = trigger.data.number
      timeout: P1D
      onTimeout: fail
    label: steps.ship.output.state
    show: steps.reserve.output
output: { order: =trigger.data.orderId, cost: =steps.issue.output.value }
`;

/** A text that stands once, what is put in its place, and the problem that follows. */
export type Planted = readonly [from: string, to: string, place: string, sentence: string];
export const names: readonly Planted[] = [
  ['orders.orderPlaced', 'order.orderPlaced', 'trigger.event', 'There is no protocol order.'],
  [
    'orders.orderPlaced',
    'orders.orderPlaced2',
    'trigger.event',
    'The protocol orders has no event orderPlaced2.',
  ],
  [
    'call: orders.ship',
    'call: orders.send',
    'steps.ship.call',
    'The protocol orders has no operation send.',
  ],
  [
    'call: orders.ship',
    'call: orders.constructor',
    'steps.ship.call',
    'The protocol orders has no operation constructor.',
  ],
  [
    'stock.release',
    'stock.free',
    'steps.reserve.compensate.call',
    'The protocol stock has no operation free.',
  ],
  [
    'event: stock.stockIssued',
    'event: shop.closed',
    'steps.issue.await.event',
    'There is no protocol shop.',
  ],
  ['after: [ship]', 'after: [send]', 'steps.issue.after[0]', 'There is no step send.'],
  [
    'after: [reserve, review]',
    'after: [reserve, review, reserve]',
    'steps.ship.after[2]',
    'reserve stands in this list already.',
  ],
];
export const graph: readonly Planted[] = [
  [
    '  reserve:\n',
    '  reserve:\n    after: [issue]\n',
    'steps.reserve.after',
    'A circle: reserve, which waits for issue, which waits for ship, which waits for reserve.',
  ],
  ['after: [review]', 'after: [rest]', 'steps.rest.after', 'A circle: rest, which waits for rest.'],
  [
    '$number(trigger.data.total) > 100000',
    `'"true"'`,
    'steps.review.when',
    'This gives text, and true or false is wanted.',
  ],
  [
    '$number(trigger.data.total) > 100000',
    '\'false and trigger.data.total = "1"\'',
    'steps.review.when',
    'The condition is always false.',
  ],
  [
    'when: steps.review.state = "skipped" or steps.review.output.decision = "approved"',
    'when: steps.reserve.state = "skipped"',
    'steps.ship.when',
    'The condition is never true: steps.reserve.state is always done.',
  ],
  [
    'when: steps.review.state = "skipped" or steps.review.output.decision = "approved"',
    'when: $exists(trigger) and "agreed" = steps.review.output.decision',
    'steps.ship.when',
    'The condition is never true: steps.review.output.decision is one of approved, rejected.',
  ],
  [
    'event.data.number = trigger.data.number',
    'event.type = "shipped"',
    'steps.issue.await.when',
    'The condition is never true: event.type is always stock.stockIssued.',
  ],
  [
    `when: 'trigger.data.total != "0"'`,
    'when: $exists(trigger.at) and false',
    'trigger.when',
    'The condition is always false.',
  ],
];
export const reads: readonly Planted[] = [
  [
    'when: \'trigger.data.total != "0"\'',
    "when: 'trigger.data.total !='",
    'trigger.when',
    'This is no expression: Unexpected end of expression (at character 21).',
  ],
  [
    'key: trigger.data.number',
    'key: $string($now())',
    'trigger.key',
    '$now is refused: an expression has no clock (at character 12).',
  ],
  [
    'key: trigger.data.number',
    'key: trigger.data.numbr',
    'trigger.key',
    'trigger.data has no field numbr.',
  ],
  [
    'key: trigger.data.number',
    'key: trigger.data.lines',
    'trigger.key',
    'This gives a list, and text is wanted.',
  ],
  [
    'key: trigger.data.number',
    'key: steps.reserve.state',
    'trigger.key',
    'No step has ended when the trigger is read.',
  ],
  [
    'key: trigger.data.number',
    'key: order.number',
    'trigger.key',
    'An expression reads trigger, steps and instance here, and no order.',
  ],
  [
    'key: trigger.data.number',
    'key: event.data.number',
    'trigger.key',
    'An expression reads trigger, steps and instance here, and no event.',
  ],
  [
    'until: trigger.at',
    'until: trigger.when',
    'steps.rest.sleep.until',
    'trigger has no field when.',
  ],
  [
    'label: steps.ship.output.state',
    'label: steps.ship.output.status',
    'steps.issue.label',
    'steps.ship.output has no field status.',
  ],
  [
    'label: steps.ship.output.state',
    'label: steps.rest.state',
    'steps.issue.label',
    'rest is not before issue: name it under after.',
  ],
  [
    'label: steps.ship.output.state',
    'label: steps.send.state',
    'steps.issue.label',
    'There is no step send.',
  ],
  [
    'show: steps.reserve.output',
    `show: 'trigger.data.lines.{ "i": itm }'`,
    'steps.issue.show',
    'trigger.data.lines has no field itm.',
  ],
  [
    'show: steps.reserve.output',
    'show: trigger.data.lines[itm = "A"]',
    'steps.issue.show',
    'trigger.data.lines has no field itm.',
  ],
  [
    'event.data.number = trigger',
    'event.data.nmber = trigger',
    'steps.issue.await.when',
    'event.data has no field nmber.',
  ],
  [
    '=steps.issue.output.value',
    '=steps.issue.output.worth',
    'output.cost',
    'steps.issue.output has no field worth.',
  ],
  [
    "& trigger.data.number', timeout",
    "& trigger.data.nmber', timeout",
    'steps.review.approval.title',
    'trigger.data has no field nmber.',
  ],
  [
    '=steps.reserve.output.reservationId',
    '=steps.ship.output.orderId',
    'steps.reserve.compensate.input.reservationId',
    'ship is not before reserve: name it under after.',
  ],
];
export const inputs: readonly Planted[] = [
  [
    '      lines: =trigger.data.lines\n',
    '',
    'steps.reserve.input.lines',
    'The field lines is missing.',
  ],
  [
    'warehouse: =',
    'where: 1\n      warehouse: =',
    'steps.reserve.input.where',
    'There is no field where to be filled.',
  ],
  [
    'warehouse: =trigger.data.warehouse',
    'warehouse: 7',
    'steps.reserve.input.warehouse',
    'This is a number, and text is wanted.',
  ],
  [
    'warehouse: =trigger.data.warehouse',
    'warehouse: "a?"',
    'steps.reserve.input.warehouse',
    "Only letters, digits, spaces and .,:;|+*/#@&()'_- are allowed.",
  ],
  [
    'warehouse: =trigger.data.warehouse',
    'warehouse: A23456789012345678',
    'steps.reserve.input.warehouse',
    'This text has more than 16 characters.',
  ],
  [
    'lines: =trigger.data.lines',
    'lines: []',
    'steps.reserve.input.lines',
    'At least 1 is wanted here.',
  ],
  [
    'lines: =trigger.data.lines',
    'lines: [{ item: A }]',
    'steps.reserve.input.lines[0].quantity',
    'The field quantity is missing.',
  ],
  [
    'lines: =trigger.data.lines',
    'lines: =trigger.data.number',
    'steps.reserve.input.lines',
    'This gives text, and a list is wanted.',
  ],
  [
    'lines: =trigger.data.lines',
    'lines: \'=trigger.data.lines.{ "item": item, "quantity": quantity }\'',
    'steps.reserve.input.lines',
    'This gives one item and no list where there is but one: write [ ] around it.',
  ],
  [
    'lines: =trigger.data.lines',
    'lines: \'=[trigger.data.lines.{ "item": item }]\'',
    'steps.reserve.input.lines',
    'This has no field quantity, and it is wanted.',
  ],
  [
    'lines: =trigger.data.lines',
    'lines: =trigger.data.shippedAt',
    'steps.reserve.input.lines',
    'trigger.data.shippedAt may be absent, and this field may not.',
  ],
  [
    'orderId: =trigger.data.orderId }\n    retry',
    'orderId: =trigger.data.lines }\n    retry',
    'steps.ship.input.orderId',
    'This gives a list, and text is wanted.',
  ],
];
/** How `reserve` is undone. */
const undoing = `    compensate:
      { call: stock.release, input: { reservationId: =steps.reserve.output.reservationId } }
`;
export const rules: readonly Planted[] = [
  [
    'call: orders.ship',
    'call: orders.placeMany',
    'steps.ship.call',
    'orders.placeMany is not marked as one that a workflow may call.',
  ],
  [
    undoing,
    '',
    'steps.reserve.compensate',
    'Where ship fails, what reserve did stays: name the call that undoes it, or none and why.',
  ],
  [
    '    compensate: { none: Returns undo it. }\n',
    '',
    'steps.ship.compensate',
    'Where issue fails, what ship did stays: name the call that undoes it, or none and why.',
  ],
  [
    'call: orders.ship',
    'call: orders.get',
    'steps.ship.compensate',
    'A query changes nothing that could be undone.',
  ],
  [
    'call: stock.release',
    'call: orders.get',
    'steps.reserve.compensate.call',
    'orders.get is a query: it undoes nothing.',
  ],
  [
    'most: PT1M',
    'most: PT0.5S',
    'steps.ship.retry.most',
    'The longest wait, PT0.5S, is below PT1S.',
  ],
  ['times: 3', 'times: 1', 'steps.ship.retry.times', 'With one try nothing is waited for.'],
  [
    '      timeout: P1D\n',
    '',
    'steps.issue.await.onTimeout',
    'Without a timeout this never comes to pass.',
  ],
  [
    'timeout: P1D, onTimeout: reject',
    'onTimeout: reject',
    'steps.review.approval.onTimeout',
    'Without a timeout this never comes to pass.',
  ],
];
