/** Workflows: business processes as data, and what becomes of them. */
import { defineModule, implementation, invokerOf, type ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Workflows } from '@morrow/protocol-workflows';
import {
  embeddedEngine,
  newInstanceBook,
  newPruning,
  workflowApproval,
  workflowInstance,
  type WorkflowEngines,
} from '@morrow/workflow-keeper';
import { newDefinitions } from './definitions.ts';
import { definitionsOperations } from './definitions.operations.ts';
import { followEvents } from './follow-events.ts';
import { instancesOperations } from './instances.operations.ts';
import { newKnownWorkflows } from './known-workflows.ts';
import { workflow } from './workflow.document.ts';

export const manifest: ModuleManifest<Engines & WorkflowEngines> = defineModule({
  name: 'workflows',
  summary: 'Business processes, published as data, and their instances',
  provides: [Workflows],
  requires: [],
  handlers: [followEvents],
  documents: [
    workflow,
    workflowInstance,
    workflowApproval,
  ] as unknown as ModuleManifest['documents'],
  keeps: ['workflow'],
  start: ({ engines, clock, ids, present, port, signed, newPulse, owner, onProblem }) => {
    const definitions = newDefinitions(engines, clock);
    const known = newKnownWorkflows(definitions);
    const { stores, leaseMs, checkDefinition } = engines;
    const { machineOf } = known;
    const book = newInstanceBook({ stores, clock, ids, machineOf, leaseMs });
    const invoke = invokerOf(present, port);
    const running = {
      stores,
      book,
      clock,
      newPulse,
      owner,
      catalog: present,
      invoke,
      signed,
      onProblem,
    };
    const { newWorkflowEngine = embeddedEngine } = engines;
    const engine = newWorkflowEngine(running);
    const pruning = newPruning({ stores, clock, newPulse, onProblem });
    const operations = {
      ...definitionsOperations({
        ...{ engines, clock, ids, definitions, checkDefinition },
        catalog: present,
      }),
      ...instancesOperations({ engines, book, engine, definitions }),
    };
    return {
      implementations: [implementation(Workflows, operations)],
      tools: { book, engine, ...known },
      work: {
        start(tenant) {
          engine.start(tenant);
          pruning.start(tenant);
        },
        async stopTenant(tenant) {
          await Promise.all([engine.stopTenant?.(tenant), pruning.stopTenant?.(tenant)]);
        },
        stop: async () => void (await Promise.all([engine.stop(), pruning.stop()])),
      },
    };
  },
});
