// How the set-up speaks: one line for each step, one sentence for each failure.

/** Tells what is being done. */
export const say = (line) => console.error(`[setup] ${line}`);

/** Reports how far it is, at intervals, until the function that it gives is called. */
export function reportProgress(start, describe) {
  const everyMs = process.stderr.isTTY ? 5_000 : 15_000;
  const timer = setInterval(
    () => say(`${describe()} (${Math.round((Date.now() - start) / 1000)} s)`),
    everyMs,
  );
  return () => clearInterval(timer);
}

/** Ends with one sentence that says what to do. */
export function fail(sentence) {
  console.error(`\n  ${sentence}\n`);
  process.exit(1);
}

/** Seconds since a moment, for people. */
export const since = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;
