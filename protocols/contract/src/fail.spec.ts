/** A refusal reads the same where it is thrown and after it has travelled. */
import { units } from '@morrow/kernel';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineProtocol, QuantitySchema } from './index.ts';

const Bins = defineProtocol({
  name: 'bins',
  version: 1,
  domain: 'wms',
  summary: 'Bins',
  errors: {
    full: {
      fault: 'conflict',
      data: z.object({ free: QuantitySchema }),
      sentence: 'Only {free} fit in.',
    },
  },
  operations: {},
  events: {},
});

it('names quantities as people write them, and keeps its data as they are', () => {
  const error = Bins.fail('full', { free: units(5) });
  expect(error.message).toBe('Only 5 fit in.');
  expect(error.data).toEqual({ free: units(5) });
});
