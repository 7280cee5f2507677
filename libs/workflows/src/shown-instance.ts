/** Instances and approvals as their protocol shows them. */
import { codecOf } from '@morrow/contract';
import type { Json, JsonObject } from '@morrow/kernel';
import { Approval, InstanceStep, InstanceSummary } from '@morrow/protocol-workflows';
import {
  scopeOf,
  stuckSteps,
  type ApprovalRow,
  type StoredInstance,
  type InstanceFields,
  type InstanceRow,
  type StepRecord,
} from '@morrow/workflow-keeper';
import { stepKindOf, type StepDefinition } from '@morrow/workflow-language';

/** Characters of JSON that are shown beside a step. */
const showMax = 1800;
const labelMax = 120;

const given = (fields: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as JsonObject;

/** Why an instance does not go on, in one sentence. */
function sentenceOf(
  { parked, turn, problem: none, steps }: InstanceFields,
  stuck: readonly string[],
): Json {
  const [step] = stuck;
  const record = step === undefined ? undefined : steps[step];
  const problem = record?.state === 'open' ? record.trying?.problem : record?.undo?.problem;
  return problem ?? parked ?? turn?.sentence ?? none;
}

const summaryOf = ({ id, state, fields }: InstanceRow): JsonObject => {
  const { workflow, definitionVersion: version, startKey, segment, startedAt, endedAt } = fields;
  const sentence = sentenceOf(fields, stuckSteps(fields));
  const rest = { startKey, segment, startedAt, endedAt, sentence };
  return given({ instanceId: id, workflow, version, state, ...rest });
};
export const shownInstance = (row: InstanceRow): InstanceSummary =>
  codecOf(InstanceSummary).decode(summaryOf(row));

/** Where a step stands, as people read it. */
function stateOf(record: StepRecord | undefined, stuck: readonly string[], step: string): string {
  if (!record) return 'waiting';
  if (stuck.includes(step)) return 'stuck';
  return record.undo?.isDone ? 'undone' : record.state;
}

/** Steps of an instance with what people see for them. */
export async function shownSteps(
  { id, fields, machine }: StoredInstance,
  names: readonly string[],
): Promise<InstanceStep[]> {
  const stuck = stuckSteps(fields);
  const scope = scopeOf(id, fields);
  return Promise.all(
    names.map(async (step) => {
      const record = fields.steps[step];
      const label = await machine.evaluator.label(step, scope);
      const show = await machine.evaluator.show(step, scope);
      const told = show.isOk && show.value !== null ? JSON.stringify(show.value) : undefined;
      const trying = record?.undo ?? record?.trying;
      const wire = given({
        step,
        kind: stepKindOf(machine.definition.steps[step] as StepDefinition),
        state: stateOf(record, stuck, step),
        label: (label.isOk ? label.value : step).slice(0, labelMax),
        show: told !== undefined && told.length <= showMax ? told : undefined,
        begunAt: record?.begunAt,
        endedAt: record?.endedAt,
        until: record?.state === 'open' ? (record.until ?? trying?.tryAt) : undefined,
        tries: (trying?.tries ?? 0) + (trying?.aways ?? 0),
        sentence: trying?.problem,
      });
      return codecOf(InstanceStep).decode(wire);
    }),
  );
}

/** The head of an instance, without its steps. */
export const shownHead = (row: InstanceRow): JsonObject => {
  const { hash, deadlineAt, onBehalfOf, output } = row.fields;
  const told = output === null ? undefined : JSON.stringify(output);
  return given({ ...summaryOf(row), hash, deadlineAt, onBehalfOf, output: told });
};

export const shownApproval = ({ id, state, fields }: ApprovalRow): Approval => {
  const { instance, stepKey: _, ...rest } = fields;
  return codecOf(Approval).decode(given({ approvalId: id, instanceId: instance, state, ...rest }));
};
