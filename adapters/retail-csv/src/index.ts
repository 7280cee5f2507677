/** The importer of the Online Retail file: a client of protocols. */
export {
  importRetail,
  type ImportReport,
  type Progress,
  type RetailImport,
} from './import-retail.ts';
export type { RetailPorts } from './retail-run.ts';
export { ImportFailed, ImportProblem, isImportFailed, isImportProblem } from './import-problem.ts';
export { bookingOf, categoryOf } from './classify.ts';
export { amountOf, retailLines, type RetailLine } from './retail-lines.ts';
export { Survey, unitCost } from './survey.ts';
