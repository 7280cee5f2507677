/** The evolution story as a library: tests play it with few orders. */
export { checkout, playStory, type StoryOptions, type PhaseReport } from './story.ts';
export { lastLineOf, linesOf } from './told.ts';
