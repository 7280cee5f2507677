/** Extends domains by what packs hold, as data: lifecycles, moves and rules. */
export { extendDomain, type Extended } from './extend-domain.ts';
export { readPacks, type Pack, type PackFile, type ReadPacks } from './read-packs.ts';
