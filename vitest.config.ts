// One test run for the whole repository; `units` stands on real servers, `plain` on nothing, `tidy`
// only reads files.
import { resolve } from 'node:path';
import { defaultServerConditions } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';

// A list of our own instead of the defaults would hand ESM files to require() in packages like pg.
const conditions = ['@morrow/source', ...defaultServerConditions];
const fromSource = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Where vitest loads the global setup.
  environments: { __vitest__: { resolve: { conditions } } },
};
const shared = {
  exclude: [...configDefaults.exclude, '**/dist/**'],
  passWithNoTests: true,
  // Bounds a hang; no test is about speed.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 30_000 } },
  server: { deps: { inline: [/@morrow\//] } },
  // Servers and command lines that tests start load their code compiled.
  env: { NODE_COMPILE_CACHE: resolve(import.meta.dirname, 'node_modules/.cache/compiled') },
};
/** Specs without I/O and global state: a worker runs them one after the other. */
const plain = '{libs,protocols}/*/src/**/*.spec.ts';
const folders = '{apps,libs,protocols,adapters,tools}/*/src/**';

export default defineConfig({
  test: {
    passWithNoTests: true,
    // Specs wait for processes and databases a third of the time.
    maxWorkers: 2,
    projects: [
      {
        ...fromSource,
        test: {
          ...shared,
          name: 'units',
          include: [`${folders}/*.spec.ts`, `${folders}/*.int-spec.ts`],
          exclude: [...shared.exclude, plain, 'tools/{lint,tidy}/**'],
          globalSetup: ['tools/dev-services/src/vitest-global-setup.ts'],
        },
      },
      {
        ...fromSource,
        test: { ...shared, name: 'plain', include: [plain], isolate: false },
      },
      {
        ...fromSource,
        test: {
          ...shared,
          name: 'tidy',
          include: ['tools/{lint,tidy}/src/**/*.spec.ts'],
        },
      },
    ],
  },
});
