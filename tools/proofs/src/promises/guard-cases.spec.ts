/** A guard decides as was recorded, for ever. No domain has a guard yet: the help desk of the tests
 * has one, whose record is `evolution/published.json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentType, Guard } from '@morrow/contract';
import { describe, expect, it } from 'vitest';
import { requestType } from '../worlds/desk-world.ts';
import { lifecycleBreaks } from './broken-promises.ts';
import { lifecyclesOf, type PublishedLifecycle } from './contracts.ts';
import { guardFaults } from './guard-cases.ts';

const file = join(import.meta.dirname, '../evolution/published.json');
const recorded = JSON.parse(readFileSync(file, 'utf8')) as readonly PublishedLifecycle[];
const request = requestType(2) as unknown as DocumentType;
const guarded = (guard: Partial<Guard>): DocumentType => ({
  ...request,
  guards: { 'isUrgent@1': { ...request.guards?.['isUrgent@1'], ...guard } as Guard },
});
const place = 'request@2 guard isUrgent@1';

describe('a guard that was published', () => {
  it('decides on every recorded case as it did', () => {
    expect(recorded.find(({ version }) => version === 2)?.guards?.['isUrgent@1']).toHaveLength(3);
    expect(lifecycleBreaks(recorded, [request])).toEqual([]);
    expect(recorded).toEqual(lifecyclesOf(request));
  });

  it('is told with the facts and the difference where it decides otherwise', () => {
    const laxer = guarded({ holds: (fields) => fields?.['urgency'] !== 'low' });
    expect(lifecycleBreaks(recorded, [laxer])).toEqual([
      `${place}: {"title":"fire","urgency":null} + closed {} → does not hold, now holds`,
    ]);
    const broken = guarded({
      holds: (fields) => String(fields?.['urgency']).charAt(0) === (fields?.['none'] as string)[0],
    });
    expect(guardFaults([broken])).toEqual([
      expect.stringContaining(`${place} fails on an example: Cannot read`),
    ]);
    expect(lifecycleBreaks(recorded, [broken])[0]).toContain(
      `${place}: {"title":"fire","urgency":"high"} + closed {} → holds, now fails: Cannot read`,
    );
  });

  it('keeps its recorded cases when its examples change', () => {
    expect(lifecycleBreaks(recorded, [guarded({ examples: [] })])).toEqual([]);
  });

  it('needs cases that show both outcomes', () => {
    const without = recorded.map(({ guards: _, ...rest }) => rest);
    const none = `${place} has no cases: give it examples, and record them at the release`;
    expect(lifecycleBreaks(without, [request])).toEqual([none]);
    expect(guardFaults([request])).toEqual([]);
    expect(guardFaults([guarded({ examples: [] })])).toEqual([none]);
    expect(guardFaults([guarded({ holds: () => true })])).toEqual([
      `${place} has no case where it does not hold`,
    ]);
    expect(guardFaults([guarded({ holds: () => false })])).toEqual([
      `${place} has no case where it holds`,
    ]);
  });

  it('may not be taken away', () => {
    const { guards: _, ...gone } = request;
    expect(lifecycleBreaks(recorded, [gone])).toEqual([`${place} is gone`]);
  });
});
