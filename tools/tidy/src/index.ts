/** Tidy: the repository's own rules about its files, run as a test. */
export { allChecks, checkTree } from './all-checks.ts';
export { beyondDebt, countDebt, type Debt, payDebt, tellViolation } from './known-debt.ts';
export { type Check, readTree, type TreeFile, type Violation } from './tree.ts';
