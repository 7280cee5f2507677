/** Proofs of the system as a whole: worlds that they run on, for the tests of other tools. */
export { addingPacks, pluginPacks, scenarioPacks } from './scenarios/all-scenarios.ts';
export { backendProgram, fleetProgram, sampleFile } from './worlds/programs.ts';
