// Random graphs of steps: an order exists exactly where there is no circle.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestorsOf, definitionOf, orderOf, validateWorkflow } from './index.ts';
import { graphFindings } from './check-graph.ts';
import { catalog, definitionAt, fileAt, fulfilOrderPath } from './shop-world.ts';
import { readWorkflow } from './read-workflow.ts';

/** Steps of which each waits for some of those before it, in a shuffled file. */
const graphs = fc
  .integer({ min: 1, max: 30 })
  .chain((size) =>
    fc.tuple(
      fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: size, maxLength: size }),
      fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
    ),
  )
  .map(([choices, shuffled]) => {
    const after = choices.map((picks, at) => [
      ...new Set(at === 0 ? [] : picks.map((pick) => `s${pick % at}`)),
    ]);
    return Object.fromEntries(
      shuffled.map((at) => [`s${at}`, { after: after[at] ?? [], sleep: 'PT1S' }]),
    );
  });
const placeIn = (order: readonly string[]) => new Map(order.map((name, at) => [name, at]));

describe('a random graph', () => {
  it('without a circle has no problem and an order', () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        expect(graphFindings(steps)).toEqual([]);
        const place = placeIn(orderOf(steps));
        expect(place.size).toBe(Object.keys(steps).length);
        for (const [name, { after }] of Object.entries(steps))
          for (const before of after) expect(place.get(before)).toBeLessThan(place.get(name)!);
      }),
    );
  });

  it('with an edge back has one circle that is named and closed', () => {
    fc.assert(
      fc.property(graphs, fc.nat(), fc.nat(), (steps, pick, other) => {
        const names = orderOf(steps);
        const last = names[pick % names.length]!;
        const before = [...ancestorsOf(steps, last), last];
        const first = before[other % before.length]!;
        const bent = {
          ...steps,
          [first]: { sleep: 'PT1S', after: [...steps[first]!.after, last] },
        };
        const [circle, ...others] = graphFindings(bent);
        expect(others).toEqual([]);
        const told = circle!.sentence.replace(/^A circle: |\.$/g, '').split(', which waits for ');
        expect(told.at(-1)).toBe(told[0]);
        expect(circle!.path).toEqual(['steps', told[0], 'after']);
        told.slice(1).forEach((next, at) => expect(bent[told[at]!]!.after).toContain(next));
        expect(orderOf(bent)).not.toContain(first);
      }),
    );
  });

  it('is valid as a whole workflow', () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        const trigger = { event: 'orders.orderPlaced' };
        const head = { form: 'morrow.workflow/1', name: 'w', version: 1, summary: 'S', trigger };
        const { definition } = definitionOf({ ...head, steps });
        expect(definition && validateWorkflow(definition, catalog)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the workflow that the platform brings along', () => {
  const path = fulfilOrderPath;
  it('is valid among the real protocols', () => {
    expect(validateWorkflow(definitionAt(path), catalog)).toEqual([]);
  });

  it('is found wanting where a protocol is absent, with lines of the file', () => {
    const read = readWorkflow(fileAt(path));
    if (!read.definition) throw new Error('unread');
    const withoutStock = catalog.filter(({ spec }) => spec.name !== 'stock');
    const problems = validateWorkflow(read.definition, withoutStock, read.positionOf);
    expect(problems.map(({ place, sentence }) => `${place}: ${sentence}`)).toEqual([
      'steps.reserve.await.event: There is no protocol stock.',
      'steps.issue.await.event: There is no protocol stock.',
    ]);
    const lines = fileAt(path).split('\n');
    for (const { line, column } of problems)
      expect(lines[line! - 1]!.slice(column! - 1)).toMatch(/^event: stock\./);
  });
});
