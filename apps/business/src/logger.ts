/** Writes what happens as lines for people, to standard error. */
import { visibleText } from '@morrow/kernel';
import { logLevels, type LogLevel } from './settings.ts';

export interface Logger {
  error(sentence: string, cause?: unknown): void;
  warn(sentence: string, cause?: unknown): void;
  info(sentence: string): void;
  debug(sentence: string): void;
}

export function newLogger(level: LogLevel, name: string): Logger {
  const upTo = logLevels.indexOf(level);
  const write = (at: LogLevel, sentence: string, cause?: unknown) => {
    if (logLevels.indexOf(at) > upTo) return;
    const detail =
      cause instanceof Error ? `: ${level === 'debug' ? cause.stack : cause.message}` : '';
    const line = visibleText(`${at} ${name} ${sentence}${detail}`);
    process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  };
  return {
    error: (sentence, cause) => write('error', sentence, cause),
    warn: (sentence, cause) => write('warn', sentence, cause),
    info: (sentence) => write('info', sentence),
    debug: (sentence) => write('debug', sentence),
  };
}
