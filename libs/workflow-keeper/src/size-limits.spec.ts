/** What is too long is counted as messages count: in bytes, escapes and all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, quotedTriggerMax, triggerFault, triggerMax } from './size-limits.ts';

const inUtf8 = (text: string) => new TextEncoder().encode(text).length;

it('the bytes of a text are those of UTF-8', () => {
  const anyText = fc.string({ unit: 'binary' });
  fc.assert(fc.property(anyText, (text) => bytesOf(text) === inUtf8(text)));
  expect(bytesOf('aé€😀')).toBe(1 + 2 + 3 + 4);
});

describe('an event starts an instance', () => {
  const json = (text: string, times: number) => JSON.stringify(text.repeat(times));
  it('up to 256 KiB of JSON, whatever its characters', () => {
    expect(triggerFault('a.b', json('x', triggerMax - 2))).toBeUndefined();
    expect(triggerFault('a.b', json('x', triggerMax - 1))).toBe(
      'a.b has 262145 bytes of JSON; 262144 may start a workflow.',
    );
    expect(triggerFault('a.b', json('€', 100_000))).toBe(
      'a.b has 300002 bytes of JSON; 262144 may start a workflow.',
    );
  });

  it('where the message that tells of it can hold it with its escapes', () => {
    const held = json('"', 110_000);
    expect(inUtf8(JSON.stringify(held))).toBeGreaterThan(quotedTriggerMax);
    expect(triggerFault('a.b', held)).toBe(
      'a.b has 440006 bytes with its escapes; 440000 may start a workflow.',
    );
    expect(triggerFault('a.b', json('"', 109_990))).toBeUndefined();
  });
});
