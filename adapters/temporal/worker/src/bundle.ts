/** Puts the workflow and the interpreter into the one file that Temporal's workers replay. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';

type Bundle = Extract<WorkflowBundleOption, { readonly code: string }>;
type Hook = NonNullable<Parameters<typeof bundleWorkflowCode>[0]['webpackConfigHook']>;

/** `.ts` where this runs from its sources, `.js` where it was built. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const beside = (name: string) => fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));

interface Factory {
  readonly hooks: {
    readonly beforeResolve: {
      tap(name: string, hear: (data: { request: string }) => undefined): void;
    };
  };
}
interface Compiler {
  readonly hooks: {
    readonly normalModuleFactory: { tap(name: string, hear: (factory: Factory) => void): void };
  };
}
/** The one module of Node that the interpreter reaches: Temporal has its own. */
const ownAsyncHooks = {
  apply(compiler: Compiler) {
    compiler.hooks.normalModuleFactory.tap('async hooks', (factory) => {
      factory.hooks.beforeResolve.tap('async hooks', (data) => {
        if (data.request === 'node:async_hooks') data.request = beside('async-hooks');
        return undefined;
      });
    });
  },
};

const webpackConfigHook: Hook = (config) => ({
  ...config,
  resolve: {
    ...config.resolve,
    conditionNames: [...(extension === 'ts' ? ['@morrow/source'] : []), 'import', 'default'],
  },
  plugins: [...(config.plugins ?? []), ownAsyncHooks as never],
});

export function bundleInstanceWorkflow(): Promise<Bundle> {
  return bundleWorkflowCode({
    workflowsPath: beside('instance-workflow'),
    ignoreModules: ['async_hooks'],
    webpackConfigHook,
    logger: new DefaultLogger('WARN', ({ level, message }) => {
      if (level === 'ERROR') process.stderr.write(`${message}\n`);
    }),
  });
}
