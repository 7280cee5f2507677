/** Problems and changes as the protocol tells them: so many, of so many characters. */
import {
  changesMax,
  problemsMax,
  type DefinitionChange,
  type DefinitionProblem,
} from '@morrow/protocol-workflows';
import type { WorkflowChange, Problem } from '@morrow/workflow-language';

export type Found = readonly Problem[];

const placeMax = 300;
const sentenceMax = 600;

/** Cut between code points, with a mark where something is left out; what no message could carry is
 * replaced. */
function short(text: string, max: number): string {
  const points = [...text.toWellFormed().replaceAll('\0', '�')];
  return points.length > max ? `${points.slice(0, max - 1).join('')}…` : points.join('');
}
const told = <T extends { readonly place: string; readonly sentence: string }>(finding: T): T => ({
  ...finding,
  place: short(finding.place, placeMax),
  sentence: short(finding.sentence, sentenceMax),
});

export const listedProblems = (problems: Found) => ({
  problems: problems.slice(0, problemsMax).map((problem): DefinitionProblem => told(problem)),
  more: Math.max(0, problems.length - problemsMax),
});
export const listedChanges = (changes: readonly WorkflowChange[]) => ({
  changes: changes.slice(0, changesMax).map((change): DefinitionChange => told(change)),
  more: Math.max(0, changes.length - changesMax),
});

/** One problem as a sentence with its place. */
export function toldProblem(problem: Problem | undefined): string {
  if (!problem) return '';
  const { place, sentence, line } = told(problem);
  const where = [line === undefined ? '' : `line ${line}`, place].filter(Boolean).join(', ');
  return where ? `${where}: ${sentence}` : sentence;
}
