/** What the CSV parser is given: records of bounded length, cells and number, blank ones left out,
 * so that a small file of separators or line ends costs little. */
import { Transform } from 'node:stream';
import { ImportProblem } from './import-problem.ts';

export const recordBytesMax = 64 * 1024;
export const recordCellsMax = 64;
export const recordsMax = 2_000_000;

const [quote, comma, lineFeed, carriageReturn, space, tab] = [0x22, 0x2c, 0x0a, 0x0d, 0x20, 0x09];
const mend = 'mend that line, or save the file as CSV again.';

/** Lines of the file on which the records begin that were handed on, in order. */
export class RecordLines {
  #lines: number[] = [];
  #taken = 0;
  add(line: number): void {
    this.#lines.push(line);
  }
  /** The line of the next record. */
  take(): number {
    const line = this.current();
    if (++this.#taken > 4_096) {
      this.#lines = this.#lines.slice(this.#taken);
      this.#taken = 0;
    }
    return line;
  }
  /** The line of the record that is being read, or could not be. */
  current(): number {
    return this.#lines[this.#taken] ?? this.#lines.at(-1) ?? 1;
  }
}

/** Hands records on as they are, and says in `lines` where each begins. A record in which there are
 * only separators and spaces is dropped. */
export function boundedRecords(lines: RecordLines): Transform {
  const scan = new RecordScan(lines);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, scan.next(chunk));
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

class RecordScan {
  readonly #lines: RecordLines;
  #line = 1;
  #bytes = 0;
  #cells = 1;
  #records = 0;
  #begins = 1;
  #isQuoted = false;
  #isBlank = true;
  #afterReturn = false;
  #wasKept = false;
  /** Of a record that is blank so far; its bytes are handed on where it turns out not to be. */
  #held: Buffer[] = [];

  constructor(lines: RecordLines) {
    this.#lines = lines;
  }

  /** What is handed on of a piece of the file. */
  next(chunk: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      const isPair = byte === lineFeed && this.#afterReturn;
      this.#afterReturn = byte === carriageReturn;
      if (isPair) {
        // the second half of a line end that was counted
        if (!this.#isQuoted && !this.#wasKept) from = at + 1;
        else if (!this.#isQuoted) from = this.#handOn(parts, chunk, from, at + 1);
        continue;
      }
      const isEnd = byte === lineFeed || byte === carriageReturn;
      if (isEnd) this.#line++;
      if (isEnd && !this.#isQuoted) {
        this.#wasKept = !this.#isBlank;
        if (this.#isBlank) this.#held = [];
        else this.#handOn(parts, chunk, from, at + 1);
        from = at + 1;
        this.#begin();
      } else this.#count(byte, parts);
    }
    if (this.#isBlank) {
      if (from < chunk.length) this.#held.push(chunk.subarray(from));
    } else this.#handOn(parts, chunk, from, chunk.length);
    return parts.length === 1 ? (parts[0] ?? chunk) : Buffer.concat(parts);
  }

  #handOn(parts: Buffer[], chunk: Buffer, from: number, to: number): number {
    if (to > from) parts.push(chunk.subarray(from, to));
    return to;
  }

  #begin(): void {
    this.#begins = this.#line;
    this.#bytes = 0;
    this.#cells = 1;
    this.#isBlank = true;
  }

  /** A byte within a record. */
  #count(byte: number, parts: Buffer[]): void {
    if (byte === quote) this.#isQuoted = !this.#isQuoted;
    else if (byte === comma && !this.#isQuoted) this.#cells++;
    if (++this.#bytes > recordBytesMax)
      throw new ImportProblem(
        `Line ${this.#begins} is longer than ${recordBytesMax} bytes: ${mend}`,
      );
    if (this.#cells > recordCellsMax)
      throw new ImportProblem(
        `Line ${this.#begins} has more than ${recordCellsMax} cells: ${mend}`,
      );
    if (!this.#isBlank || byte === comma || byte === space || byte === tab) return;
    this.#isBlank = false;
    parts.push(...this.#held);
    this.#held = [];
    this.#lines.add(this.#begins);
    if (++this.#records > recordsMax)
      throw new ImportProblem(`The file has more than ${recordsMax} lines: split it.`);
  }
}
