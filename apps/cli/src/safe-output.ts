/** The one place through which everything is printed: what is stored never commands the
 * terminal. */
import { visibleText } from '@morrow/kernel';

type Stream = NodeJS.WriteStream;
const plainly = new WeakMap<Stream, Stream['write']>();

/** From now on the stream writes commands of the terminal out, whoever prints. */
export function guardOutput(stream: Stream): void {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  plainly.set(stream, write as Stream['write']);
  const guarded = (chunk: unknown, ...rest: readonly unknown[]) =>
    write(typeof chunk === 'string' ? visibleText(chunk) : chunk, ...rest);
  stream.write = guarded as Stream['write'];
}

/** Writes text of our own with the commands in it; nothing stored may be part of it. */
export const writeCommands = (stream: Stream, text: string): boolean =>
  (plainly.get(stream) ?? stream.write.bind(stream))(text);

/** Refuses arguments whose bytes are not UTF-8 text: they would be stored as other characters. */
export function refuseUnreadable(args: readonly string[]): void {
  const at = args.findIndex((arg) => arg.includes('\ufffd') || !arg.isWellFormed());
  if (at >= 0) throw new Error(`Argument ${at + 1} is not UTF-8 text.`);
}
