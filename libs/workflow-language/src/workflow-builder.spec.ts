// The builder yields what a file says, and its types refuse what validation would.
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { describe, expect, it } from 'vitest';
import { type Filled, definitionHash, expr, undo, validateWorkflow, workflow } from './index.ts';
import { catalog, definitionAt, fulfilOrderPath } from './shop-world.ts';

const summary =
  'Ships an order when its goods are set aside and, where it is large, somebody has agreed';
const rejected = expr`"rejected"`;

/** The workflow that the platform brings along, once more. */
const fulfilOrder = workflow('fulfilOrder', 1, { summary, deadline: 'P30D' })
  .on(Orders, 'orderPlaced', ({ trigger }) => ({
    when: expr`$not($exists(${trigger.data.shippedAt}))`,
    key: trigger.data.orderId,
  }))
  .await('reserve', Stock, 'stockReserved', ({ trigger: { data }, event }) => ({
    label: expr`"Goods for order " & ${data.number}`,
    show: expr`{ "customer": ${data.customer}, "lines": $count(${data.lines}) }`,
    accepts: expr`${event.data.number} = ${'order:'} & ${data.orderId}`,
    timeout: 'P14D',
    onTimeout: 'continue',
  }))
  .approval('review', ({ trigger: { data } }) => ({
    when: expr`$number(${data.total}) >= ${100000}`,
    show: expr`{ "customer": ${data.customer}, "total": ${data.total} }`,
    role: 'sales',
    title: expr`"Ship order " & ${data.number} & "?"`,
    timeout: 'P3D',
    onTimeout: 'reject',
  }))
  .call('ship', Orders, 'ship', ({ trigger, steps: { reserve, review } }) => ({
    after: ['reserve', 'review'],
    when: expr`${reserve.state} = "done" and $not(${review.output.decision} = ${rejected})`,
    input: { orderId: trigger.data.orderId },
    retry: { times: 8, wait: 'PT1S', factor: 3, most: 'PT10M' },
    compensate: { none: 'Goods that have left come back as a return.' },
  }))
  .call('cancel', Orders, 'cancel', ({ trigger, steps: { reserve, review } }) => ({
    after: ['reserve', 'review'],
    when: expr`${reserve.state} = "timedOut" or ${review.output.decision} = ${rejected}`,
    input: { orderId: trigger.data.orderId },
    compensate: { none: 'A cancelled order is placed anew by its customer.' },
  }))
  .await('issue', Stock, 'stockIssued', ({ trigger, steps, event }) => ({
    after: ['ship'],
    when: expr`${steps.ship.state} = "done"`,
    accepts: expr`${event.data.cause} = "order:" & ${trigger.data.orderId}`,
    timeout: 'P1D',
  }))
  .output(({ trigger, steps }) => ({
    order: trigger.data.orderId,
    state: expr`${steps.ship.state} = "done" ? "shipped" : "cancelled"`,
    cost: steps.issue.output.value,
  }));

describe('the builder', () => {
  it('yields the definition of the committed file', () => {
    const committed = definitionAt(fulfilOrderPath);
    expect(fulfilOrder.definition).toEqual(committed);
    expect(definitionHash(fulfilOrder.definition)).toBe(definitionHash(committed));
  });

  it('fills inputs with values, lists and what undoes them', () => {
    const { definition } = workflow('hold', 2, { summary: 'Holds', segment: 'wholesale' })
      .on(Orders, 'orderPlaced')
      .sleep('rest', ({ trigger }) => ({ sleep: trigger.data.placedAt }))
      .sleep('again', () => ({ after: ['rest'], sleep: 'PT1S' }))
      .call('reserve', Stock, 'reserve', ({ trigger, own }) => ({
        after: ['again'],
        input: {
          number: '#1',
          warehouse: trigger.data.warehouse,
          lines: [{ item: 'A', quantity: '2.5' }],
        },
        compensate: undo(Stock, 'release', { reservationId: own.output.reservationId }),
      }))
      .call('post', Ledger, 'post', ({ trigger, steps, instance }) => ({
        after: ['reserve'],
        input: {
          source: steps.reserve.output.reservationId,
          date: expr`$substring(${instance.startedAt}, 0, 10)`,
          currency: trigger.data.currency,
          memo: '=Held',
          lines: [],
        },
        compensate: { none: 'It is the last.' },
      }));
    expect(validateWorkflow(definition, catalog)).toEqual([]);
    expect(definition.segment).toBe('wholesale');
    expect(definition.steps['rest']).toEqual({ sleep: { until: 'trigger.data.placedAt' } });
    expect(definition.steps['post']).toHaveProperty('input.memo', '==Held');
    expect(definition.steps['reserve']).toEqual({
      after: ['again'],
      call: 'stock.reserve',
      input: {
        number: '#1',
        warehouse: '=trigger.data.warehouse',
        lines: [{ item: 'A', quantity: '2.5' }],
      },
      compensate: {
        call: 'stock.release',
        input: { reservationId: '=steps.reserve.output.reservationId' },
      },
    });
  });

  it('refuses a name twice, and what the form refuses', () => {
    const begun = workflow('w', 1, { summary: 'S' }).on(Orders, 'orderPlaced');
    const once = begun.sleep('rest', () => ({ sleep: 'P1M' }));
    expect(() => once.sleep('rest', () => ({ sleep: 'PT1S' }))).toThrow(/a step rest already/);
    expect(() => once.definition).toThrow(/^steps\.rest\.sleep: Months and years differ/);
    expect(() => begun.definition).toThrow(/^steps: A workflow has one step or more/);
  });
});

it('its types refuse names and inputs that the protocols have not', () => {
  const begun = workflow('w', 1, { summary: 'S' }).on(Orders, 'orderPlaced');
  const refused = () => {
    // @ts-expect-error no such event
    workflow('w', 1, { summary: 'S' }).on(Orders, 'orderLost');
    // @ts-expect-error not marked for workflows
    begun.call('a', Orders, 'placeMany', () => ({ input: { orders: [], lines: [] } }));
    // @ts-expect-error no such field
    begun.call('a', Orders, 'ship', ({ trigger }) => ({ input: { order: trigger.data.orderId } }));
    // @ts-expect-error another type
    begun.call('a', Orders, 'ship', ({ trigger }) => ({ input: { orderId: trigger.data.lines } }));
    // @ts-expect-error no such path
    begun.call('a', Orders, 'ship', ({ trigger }) => ({ input: { orderId: trigger.data.id } }));
    const ship = (orderId: Filled<string>) => ({ input: { orderId } });
    // @ts-expect-error it may be absent
    begun.call('a', Orders, 'ship', ({ trigger }) => ship(trigger.data.shippedAt));
    // @ts-expect-error no such step
    begun.sleep('a', () => ({ after: ['b'], sleep: 'PT1S' }));
  };
  expect(refused).toThrow();
});
