// Every rule that tidy holds the tree to, by the name of the function that checks it.
import { speaksPlainly } from './language-checks.ts';
import * as modules from './module-checks.ts';
import * as packages from './package-checks.ts';
import * as places from './place-checks.ts';
import * as sources from './source-checks.ts';
import type { Check, TreeFile, Violation } from './tree.ts';

export const allChecks: Readonly<Record<string, Check>> = {
  opensWithSentence: sources.opensWithSentence,
  fitsInLength: sources.fitsInLength,
  earnsItsPlace: sources.earnsItsPlace,
  fitsInWidth: sources.fitsInWidth,
  namesKnownRole: sources.namesKnownRole,
  hasTellingName: sources.hasTellingName,
  hasTellingExports: sources.hasTellingExports,
  standsInKnownFolder: places.standsInKnownFolder,
  hasNoEmptyFolder: places.hasNoEmptyFolder,
  deploysOnlyData: places.deploysOnlyData,
  linksLeadSomewhere: places.linksLeadSomewhere,
  namesNoMachine: places.namesNoMachine,
  knownFailuresExist: places.knownFailuresExist,
  hasPackageShape: packages.hasPackageShape,
  pinsVersions: packages.pinsVersions,
  declaresWhatItUses: packages.declaresWhatItUses,
  usesWhatItDeclares: packages.usesWhatItDeclares,
  hasNoCycle: packages.hasNoCycle,
  hasNoImportCircle: modules.hasNoImportCircle,
  exportsUniqueNames: modules.exportsUniqueNames,
  speaksPlainly,
};

/** Everything that is wrong with these files. */
export const checkTree = (files: readonly TreeFile[]): readonly Violation[] =>
  Object.values(allChecks).flatMap((check) => check(files));
