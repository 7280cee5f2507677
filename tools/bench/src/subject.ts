/** What a subject of ours gives to the driver of the base, in a process of its own. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Variant {
  readonly name: string;
  readonly concurrencies?: readonly number[];
  /** Units of work in one call; 1 unless told. */
  readonly units?: number;
  /** One call of one of the callers, in a closed loop. */
  fn?(caller: number): Promise<unknown>;
  /** A load generator of its own. */
  run?(load: { readonly concurrency: number; readonly ms: number }): Promise<{
    readonly ops: number;
    readonly elapsedMs: number;
    readonly lat?: readonly number[];
  }>;
  before?(): Promise<unknown>;
}
type Serve = (variants: readonly Variant[], end: { close(): Promise<unknown> }) => Promise<void>;

/** Serves variants until the driver closes the process. */
export async function serveVariants(
  variants: readonly Variant[],
  close: () => Promise<unknown>,
): Promise<void> {
  const file = join(process.env['M_BENCH_BASE'] ?? '', 'subject.mjs');
  const { serve } = (await import(pathToFileURL(file).href)) as { readonly serve: Serve };
  await serve(variants, { close });
}

/** The PostgreSQL of the base. */
export const baseServer = {
  host: '127.0.0.1',
  port: Number(process.env['PGPORT'] ?? 55432),
  user: 'postgres',
};
