/** Instances on the wire: where each stands, what people are asked, and what they decide. */
import { Code, command, idSchema, InstantSchema, JsonText, query, Text } from '@morrow/contract';
import { z } from 'zod';
import { DefinitionHash, WorkflowName, WorkflowVersion } from './definitions.ts';

export const InstanceId = idSchema('workflowInstance');
export const ApprovalId = idSchema('workflowApproval');
export const instancesPageMax = 100;
export const stepsPageMax = 50;
export const approvalsPageMax = 60;

/** `running` and `undoing` go on by themselves, `parked` when what is missing is there again,
 * `stuck` when a person has decided. */
export const InstanceState = z.enum(['running', 'undoing', 'stuck', 'parked', 'done', 'undone']);
export type InstanceState = z.output<typeof InstanceState>;
export const ApprovalState = z.enum(['open', 'approved', 'rejected', 'withdrawn']);

const StepName = Code(40);
/** What a person reads of a failure. */
const Sentence = Text(400);
const Note = Text(300);
const Moment = InstantSchema;
const Who = Text(120);
/** What people know an instance by: the name of its workflow and what it was started for. */
const StartKey = Text(300);

const summary = {
  instanceId: InstanceId,
  workflow: WorkflowName,
  version: WorkflowVersion,
  state: InstanceState,
  startKey: StartKey,
  segment: Text(80).optional(),
  startedAt: Moment,
  endedAt: Moment.optional(),
  /** Why it is stuck, parked or undone. */
  sentence: Sentence.optional(),
};
export const InstanceSummary = z.object(summary);
export type InstanceSummary = z.output<typeof InstanceSummary>;

const StepStanding = z.enum([
  'waiting',
  'open',
  'stuck',
  'done',
  'skipped',
  'timedOut',
  'failed',
  'dropped',
  'undone',
]);
export const InstanceStep = z.object({
  step: StepName,
  kind: z.enum(['call', 'await', 'sleep', 'approval']),
  /** `stuck`: a person decides; `waiting`: not begun. */
  state: StepStanding,
  /** What people see for it. */
  label: Text(120),
  /** What they see beside it, as JSON; left out where it is longer. */
  show: JsonText(2000).optional(),
  begunAt: Moment.optional(),
  endedAt: Moment.optional(),
  /** When a wait is over, or a call is tried again. */
  until: Moment.optional(),
  /** Tries that failed. */
  tries: z.int().min(0),
  sentence: Sentence.optional(),
});
export type InstanceStep = z.output<typeof InstanceStep>;

export const Approval = z.object({
  approvalId: ApprovalId,
  instanceId: InstanceId,
  workflow: WorkflowName,
  step: StepName,
  role: Text(80),
  title: Text(300),
  state: ApprovalState,
  requestedAt: Moment,
  /** When the timeout decides. */
  until: Moment.optional(),
  decidedAt: Moment.optional(),
  /** Absent where the timeout decided. */
  by: Who.optional(),
  note: Note.optional(),
});
export type Approval = z.output<typeof Approval>;

const InstanceRef = z.object({ instanceId: InstanceId });
const ApprovalRef = z.object({ approvalId: ApprovalId });
const OfStep = z.object({ instanceId: InstanceId, step: StepName, note: Note.optional() });
const Moved = z.object({ instanceId: InstanceId, state: InstanceState });

export const instanceErrors = {
  unknownInstance: {
    fault: 'missing',
    data: InstanceRef,
    sentence: 'There is no workflow instance {instanceId}.',
  },
  unknownApproval: {
    fault: 'missing',
    data: ApprovalRef,
    sentence: 'There is no approval {approvalId}.',
  },
  alreadyDecided: {
    fault: 'conflict',
    data: z.object({
      approvalId: ApprovalId,
      state: ApprovalState,
      /** Absent where the timeout decided. */
      by: Who.optional(),
      decidedAt: Moment.optional(),
      /** What was decided, by whom and when, as people read it. */
      outcome: Text(200).optional(),
    }),
    sentence: 'The approval has already been decided: {outcome}.',
  },
  notStuck: {
    fault: 'conflict',
    data: z.object({ instanceId: InstanceId, step: StepName }),
    sentence: 'The step {step} is not stuck; there is nothing to decide about it.',
  },
  isOver: {
    fault: 'conflict',
    data: z.object({ instanceId: InstanceId, state: InstanceState }),
    sentence: 'The instance is {state}; it can no longer be cancelled.',
  },
} as const;

export const instanceOperations = {
  instances: query({
    summary: 'Instances in order of their start, a page at a time',
    input: z.object({
      after: InstanceId.optional(),
      limit: z.int().min(1).max(instancesPageMax),
      state: InstanceState.optional(),
      workflow: WorkflowName.optional(),
    }),
    output: z.object({
      instances: z.array(InstanceSummary).max(instancesPageMax),
      next: InstanceId.optional(),
    }),
    errors: [],
  }),
  countInstances: query({
    summary: 'Number of instances of each version in each state',
    input: z.object({}),
    output: z.object({
      counts: z
        .array(
          z.object({
            workflow: WorkflowName,
            version: WorkflowVersion,
            state: InstanceState,
            instances: z.int().min(0),
          }),
        )
        .max(2000),
    }),
    errors: [],
  }),
  instance: query({
    summary: 'One instance with a page of its steps, in their order',
    input: z.object({ instanceId: InstanceId, after: StepName.optional() }),
    output: z.object({
      ...summary,
      hash: DefinitionHash,
      deadlineAt: Moment.optional(),
      onBehalfOf: Who,
      steps: z.array(InstanceStep).max(stepsPageMax),
      next: StepName.optional(),
      /** What it gave in the end, as JSON. */
      output: JsonText(150_000).optional(),
    }),
    errors: ['unknownInstance'],
  }),
  approvals: query({
    summary: 'Approvals, oldest first',
    input: z.object({
      after: ApprovalId.optional(),
      limit: z.int().min(1).max(approvalsPageMax),
      role: Text(80).optional(),
      /** Open ones where it is absent. */
      state: ApprovalState.optional(),
    }),
    output: z.object({
      approvals: z.array(Approval).max(approvalsPageMax),
      next: ApprovalId.optional(),
    }),
    errors: [],
  }),
  decide: command({
    summary: 'Approves or rejects a request; the same decision again returns the stored one',
    input: z.object({
      approvalId: ApprovalId,
      decision: z.enum(['approved', 'rejected']),
      note: Note.optional(),
    }),
    output: z.object({ approvalId: ApprovalId, state: ApprovalState }),
    errors: ['unknownApproval', 'alreadyDecided'],
  }),
  retryStep: command({
    summary: 'Runs a stuck step again',
    input: OfStep,
    output: Moved,
    errors: ['unknownInstance', 'notStuck'],
  }),
  skipStep: command({
    summary: 'Continues without a stuck step, which counts as skipped or as undone',
    input: OfStep,
    output: Moved,
    errors: ['unknownInstance', 'notStuck'],
  }),
  resolveStep: command({
    summary: 'Sets the output of a stuck step and continues',
    input: z.object({ ...OfStep.shape, output: JsonText(60_000).optional() }),
    output: Moved,
    errors: ['unknownInstance', 'notStuck'],
  }),
  cancel: command({
    summary: 'Cancels an instance and undoes its steps',
    input: z.object({ instanceId: InstanceId, note: Note.optional() }),
    output: Moved,
    errors: ['unknownInstance', 'isOver'],
  }),
} as const;

const ofCall = { step: StepName, isUndo: z.boolean() };
/** A step that runs or waits from now on. */
const BegunStep = z.object({
  step: StepName,
  until: Moment.optional(),
  key: Text(250).optional(),
  role: Text(80).optional(),
  title: Text(200).optional(),
});
const begun = z.array(BegunStep).max(20).optional();
/** Events of an instance; what steps give travels as JSON text. */
export const instanceEvents = {
  instanceStarted: {
    version: 1,
    summary: 'A workflow was started by an event',
    data: z.object({
      workflow: WorkflowName,
      version: WorkflowVersion,
      hash: DefinitionHash,
      startKey: StartKey,
      segment: Text(80).optional(),
      onBehalfOf: Who,
      trace: Text(120),
      at: Moment,
      deadlineAt: Moment.optional(),
      /** The event: its type, data, stream, moment and actor. */
      trigger: JsonText(440_000),
      /** Steps that begin with it. */
      begun,
    }),
  },
  stepsBegan: {
    version: 1,
    summary: 'Steps became ready or wait',
    data: z.object({
      at: Moment,
      steps: z.array(BegunStep).max(100),
    }),
  },
  stepEnded: {
    version: 1,
    summary: 'A step ended',
    data: z.object({
      step: StepName,
      state: z.enum(['done', 'skipped', 'timedOut', 'failed']),
      at: Moment,
      output: JsonText(140_000).optional(),
      sentence: Sentence.optional(),
      /** Steps that begin now that it has ended. */
      begun,
    }),
  },
  stepDelayed: {
    version: 1,
    summary: 'A call was not answered and will be retried',
    data: z.object({ ...ofCall, tryAt: Moment, sentence: Sentence, isAway: z.boolean() }),
  },
  stepStuck: {
    version: 1,
    summary: 'A step is stuck until a person decides',
    data: z.object({
      ...ofCall,
      sentence: Sentence,
      isAnswered: z.boolean(),
      /** It could not begin: nobody was called. */
      isUncalled: z.boolean().optional(),
    }),
  },
  stepFreed: {
    version: 1,
    summary: 'A person decided about a stuck step',
    data: z.object({
      ...ofCall,
      how: z.enum(['retried', 'skipped', 'resolved']),
      by: Who,
      note: Note.optional(),
    }),
  },
  stepUndone: {
    version: 1,
    summary: 'A step was undone',
    data: z.object({ step: StepName, at: Moment }),
  },
  instanceTurned: {
    version: 1,
    summary: 'The instance turned back; its steps are being undone',
    data: z.object({
      at: Moment,
      sentence: Sentence,
      step: StepName.optional(),
      by: Who.optional(),
      dropped: z.array(StepName).max(200),
    }),
  },
  instanceParked: {
    version: 1,
    summary: 'An instance was parked because a part that it needs is missing',
    data: z.object({ sentence: Sentence }),
  },
  instanceResumed: {
    version: 1,
    summary: 'A parked instance resumed',
    data: z.object({ at: Moment }),
  },
  leaseLost: {
    version: 1,
    summary: 'The lease of the process that worked on an instance expired',
    data: z.object({ at: Moment }),
  },
  instanceDone: {
    version: 1,
    summary: 'An instance finished',
    data: z.object({
      at: Moment,
      output: JsonText(150_000).optional(),
      /** Why there is no output. */
      problem: Sentence.optional(),
    }),
  },
  instanceUndone: {
    version: 1,
    summary: 'All steps of an instance are undone',
    data: z.object({ at: Moment }),
  },
  approvalRequested: {
    version: 1,
    summary: 'An approval was requested',
    data: z.object({
      instance: InstanceId,
      step: StepName,
      workflow: WorkflowName,
      role: Text(80),
      title: Text(300),
      at: Moment,
      until: Moment.optional(),
    }),
  },
  approvalGranted: {
    version: 1,
    summary: 'An approval was given',
    data: z.object({ at: Moment, by: Who.optional(), note: Note.optional() }),
  },
  approvalRejected: {
    version: 1,
    summary: 'An approval was rejected',
    data: z.object({ at: Moment, by: Who.optional(), note: Note.optional() }),
  },
  approvalWithdrawn: {
    version: 1,
    summary: 'The approval is no longer needed',
    data: z.object({ at: Moment, note: Sentence }),
  },
} as const;
