/** Definitions of workflows on the wire: published texts, their states, and what is wrong with a
 * text. */
import { Base64, Code, command, idSchema, InstantSchema, query, Text } from '@morrow/contract';
import { z } from 'zod';

/** The longest text of a definition that is published. */
export const definitionBytesMax = 128 * 1024;
/** The longest text that is looked at: what is longer than a definition may be is told so. */
export const textBytesMax = 256 * 1024;
/** Lists of problems and of changes are cut here; `more` counts the rest. */
export const problemsMax = 40;
export const changesMax = 60;
/** Names of what is gone, for one definition. */
export const missingMax = 40;
export const definitionsPageMax = 40;

const base64Length = (bytes: number) => Math.ceil((bytes * 4) / 3);

/** `fulfilOrder`. */
export const WorkflowName = Code(40);
export const WorkflowVersion = z.int().min(1).max(1_000_000);
/** `fulfilOrder@3`; where no version is told, `fulfilOrder`. */
export const WorkflowMark = Code(60);
export const DefinitionHash = Code(64);
export const DefinitionId = idSchema('workflow');
/** Paused takes no new instances; retired takes none ever again. Those under way go on. */
export const definitionStates = ['published', 'paused', 'retired'] as const;
export const DefinitionState = z.enum(definitionStates);
export type DefinitionState = z.output<typeof DefinitionState>;

/** A file in UTF-8, YAML or JSON, as base64url. */
const AnyText = Base64(base64Length(textBytesMax));
const DefinitionText = Base64(base64Length(definitionBytesMax));

/** What is wrong, and where: `steps.reserve.input.number`, empty for the whole; line and column of
 * the text from 1. */
export const DefinitionProblem = z.object({
  place: Text(300),
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
  sentence: Text(600),
});
export type DefinitionProblem = z.output<typeof DefinitionProblem>;
const problems = {
  problems: z.array(DefinitionProblem).max(problemsMax),
  /** Problems beyond those that are listed. */
  more: z.int().min(0),
};

export const DefinitionChange = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  place: Text(300),
  sentence: Text(600),
});
export type DefinitionChange = z.output<typeof DefinitionChange>;
const changes = {
  changes: z.array(DefinitionChange).max(changesMax),
  /** Changes beyond those that are listed. */
  more: z.int().min(0),
};

const identity = { name: WorkflowName, version: WorkflowVersion };
const stated = { ...identity, hash: DefinitionHash, state: DefinitionState };
export const PublishedDefinition = z.object({
  definitionId: DefinitionId,
  ...stated,
  /** The customer segment that takes it; absent, all that have none of their own. */
  segment: Text(80).optional(),
  publishedAt: InstantSchema,
  /** Who published it: `person:…`, `cli:…`. */
  publishedBy: Text(200),
  /** Operations and events that it names and that this installation does not have (any more). */
  missing: z.array(Code(100)).max(missingMax),
});
export type PublishedDefinition = z.output<typeof PublishedDefinition>;

export const definitionErrors = {
  invalidWorkflow: {
    fault: 'invalid' as const,
    data: z.object({ ...problems, first: Text(1000) }),
    sentence: 'The workflow was not published: {first}',
  },
  versionTaken: {
    fault: 'conflict' as const,
    data: z.object({ workflow: WorkflowMark, hash: DefinitionHash }),
    sentence: '{workflow} was published with other content. Give this file a new version.',
  },
  unknownWorkflow: {
    fault: 'missing' as const,
    data: z.object({ workflow: WorkflowMark }),
    sentence: 'No workflow {workflow} was published.',
  },
  workflowRetired: {
    fault: 'conflict' as const,
    data: z.object({ workflow: WorkflowMark }),
    sentence: '{workflow} is retired for good. Publish a new version.',
  },
};

/** A command on one published version. */
const stating = <const E extends readonly string[]>(summary: string, errors: E) =>
  command({ summary, input: z.object(identity), output: z.object(stated), errors });

export const definitionOperations = {
  lint: query({
    summary: 'Checks the text of a workflow against the protocols that are present',
    input: z.object({ text: AnyText }),
    output: z.object(problems),
    errors: [],
  }),
  publish: command({
    summary: 'Publishes a version of a workflow; publishing the same content again changes nothing',
    input: z.object({ text: AnyText }),
    output: z.object({
      ...stated,
      /** The next lower version that was published; absent for the first. */
      before: WorkflowVersion.optional(),
      /** What differs from that version. */
      ...changes,
    }),
    errors: ['invalidWorkflow', 'versionTaken'],
  }),
  list: query({
    summary: 'Published definitions in order of publication, a page at a time',
    input: z.object({
      after: DefinitionId.optional(),
      limit: z.int().min(1).max(definitionsPageMax),
    }),
    output: z.object({
      definitions: z.array(PublishedDefinition).max(definitionsPageMax),
      next: DefinitionId.optional(),
    }),
    errors: [],
  }),
  show: query({
    summary: 'One definition with its published text and its current problems',
    input: z.object({
      name: WorkflowName,
      /** Absent: the highest. */
      version: WorkflowVersion.optional(),
    }),
    output: z.object({ ...PublishedDefinition.shape, text: DefinitionText, ...problems }),
    errors: ['unknownWorkflow'],
  }),
  diff: query({
    summary: 'Changes between two versions of a workflow',
    input: z.object({ name: WorkflowName, from: WorkflowVersion, to: WorkflowVersion }),
    output: z.object(changes),
    errors: ['unknownWorkflow'],
  }),
  pause: stating(
    'Pauses a version: until it is resumed, neither it nor a lower version starts instances',
    ['unknownWorkflow', 'workflowRetired'],
  ),
  resume: stating('Starts instances again', ['unknownWorkflow', 'workflowRetired']),
  retire: stating('Retires a version for good; the next lower version handles new events', [
    'unknownWorkflow',
  ]),
} as const;

export const definitionEvents = {
  workflowPublished: {
    version: 1,
    summary: 'A version of a workflow was published',
    data: z.object({
      ...identity,
      hash: DefinitionHash,
      segment: Text(80).optional(),
      by: Text(200),
      text: DefinitionText,
    }),
  },
  workflowPaused: {
    version: 1,
    summary: 'A version of a workflow was paused',
    data: z.object(identity),
  },
  workflowResumed: {
    version: 1,
    summary: 'A version of a workflow was resumed',
    data: z.object({ ...identity, at: InstantSchema }),
  },
  workflowRetired: {
    version: 1,
    summary: 'A version of a workflow was retired',
    data: z.object(identity),
  },
};
