/** The bench: figures and their bars; `main.ts` runs it. */
export { isMet, tableOf, type Figure, type SectionResult } from './figures.ts';
