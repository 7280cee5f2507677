/** A report: what it may be asked with, and what it shows. */
import type { CalendarDate } from '@morrow/kernel';
import type { TableShape } from './text-table.ts';

/** What a report may be asked with; calendar days, both included. */
export interface ReportOptions {
  readonly account?: string | undefined;
  readonly from?: CalendarDate | undefined;
  readonly to?: CalendarDate | undefined;
  /** Only stock of which less is on hand than is reserved, or less than nothing. */
  readonly negative?: boolean | undefined;
}

/** Its rows, as a table or a spreadsheet shows them. */
export interface Report extends TableShape {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What `--format json` prints. */
  readonly json: unknown;
}
