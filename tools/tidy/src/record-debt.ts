// Lowers known-debt.json to what is still owed; it never raises it.
// Run it with `npx --no node --conditions=@morrow/source tools/tidy/src/record-debt.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkTree } from './all-checks.ts';
import { beyondDebt, countDebt, type Debt, payDebt, tellViolation } from './known-debt.ts';
import { readTree } from './tree.ts';

const file = join(import.meta.dirname, '../known-debt.json');
const before = JSON.parse(readFileSync(file, 'utf8')) as { readonly debt: Debt };
const violations = checkTree(readTree(resolve(import.meta.dirname, '../../..')));
const debt = payDebt(violations, before.debt);
writeFileSync(file, `${JSON.stringify({ ...before, debt }, null, 2)}\n`);

const total = (owed: Debt) => Object.values(owed).flatMap((files) => Object.values(files));
const sum = (owed: Debt) => total(owed).reduce((all, count) => all + count, 0);
console.log(`owed ${sum(before.debt)} before, ${sum(debt)} now`);
for (const [rule, files] of Object.entries(countDebt(beyondDebt(violations, debt))))
  console.log(`not allowed: ${rule} in ${Object.keys(files).join(', ')}`);
for (const violation of beyondDebt(violations, debt)) console.log(`  ${tellViolation(violation)}`);
