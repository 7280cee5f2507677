/** Every kind of line of the retail file has a booking; refused is only what nobody could book. */
import { describe, expect, it } from 'vitest';
import { bookingOf, categoryOf } from './classify.ts';
import { lineOf } from './retail-line.features.ts';

it.each([
  ['85123A', 'goods'], ['22139', 'goods'], ['DCGS0058', 'goods'], ['constructor', 'goods'],
  ['POST', 'carriage'], ['DOT', 'carriage'], ['C2', 'carriage'],
  ['M', 'manual'], ['m', 'manual'], ['D', 'discount'], ['S', 'samples'],
  ['BANK CHARGES', 'bankCharges'], ['AMAZONFEE', 'marketplaceFee'], ['CRUK', 'commission'],
  ['gift_0001_20', 'voucher'], ['PADS', 'packing'], ['B', 'badDebt'],
])('code %s is %s', (code, category) => {
  expect(categoryOf(code)).toBe(category);
}); // prettier-ignore

describe('a line is', () => {
  it.each([
    ['a sale', {}, 'sale'],
    ['a sale without a customer', { customer: '' }, 'sale'],
    ['a sale of goods given away', { price: 0n }, 'sale'],
    ['a sale with a discount below zero', { code: 'M', price: -5n }, 'sale'],
    ['a return', { invoice: 'C536379', quantity: -1n }, 'return'],
    ['a return of goods given away', { invoice: 'C536379', quantity: -1n, price: 0n }, 'return'],
    ['a return of a discount', { invoice: 'C536379', code: 'D', quantity: -1n }, 'return'],
    ['a return of a charge of nothing', { code: 'POST', quantity: -1n, price: 0n }, 'return'],
    ['a return of a discount below zero', { code: 'M', quantity: -1n, price: -5n }, 'return'],
    ['a return though its invoice does not say so', { quantity: -1n }, 'return'],
    ['a write-off', { quantity: -1n, price: 0n, description: 'damaged' }, 'writeOff'],
    ['a bad debt', { invoice: 'A563185', code: 'B' }, 'badDebt'],
    [
      'a bad debt below zero',
      { invoice: 'A563186', code: 'B', price: -11_062_060_000n },
      'badDebt',
    ],
  ])('%s', (_what, changed, kind) => {
    expect(bookingOf(lineOf(changed))).toEqual({ kind });
  });

  it.each([
    ['goods at a price below zero', { price: -1n }, 'Goods have no price below zero'],
    [
      'an amount beyond what a line can have',
      { quantity: 9_999_999n, price: 9_999_999_999_000n },
      'The amount is too large to book',
    ],
    ['a quantity of zero', { quantity: 0n }, 'A quantity of zero moves nothing'],
    [
      'a cancellation that sells',
      { invoice: 'C536379' },
      'A cancellation takes back, it does not sell',
    ],
  ])('refused with its reason: %s', (_what, changed, refused) => {
    expect(bookingOf(lineOf(changed))).toMatchObject({ refused });
  });
});
