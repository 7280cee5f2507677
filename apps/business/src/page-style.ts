/** The style of our pages: light and dark by the reader's system, for a phone and for a desk. */

const colours = `
:root {
  color-scheme: light dark;
  --ink: #1b2330; --soft: #566072; --paper: #f7f7f4; --card: #ffffff; --line: #dfe1e6;
  --accent: #1a5fb4; --good: #1b7046; --bad: #b3261e; --code: #f0f1f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e7eaf0; --soft: #a4aebd; --paper: #12161c; --card: #1a2029; --line: #2e3643;
    --accent: #8ab8f5; --good: #7fd1a3; --bad: #ff9d94; --code: #232b36;
  }
}`;

const layout = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; font: 16px/1.55 system-ui, 'Segoe UI', sans-serif; color: var(--ink);
  background: var(--paper); overflow-wrap: break-word; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .3rem .6rem; }
.top { border-bottom: 1px solid var(--line); background: var(--card); }
.top > div, main, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
.top > div { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline;
  padding-top: .8rem; padding-bottom: .8rem; }
.brand { font-size: 1.25rem; font-weight: 650; letter-spacing: -.01em; }
.brand a { color: inherit; text-decoration: none; }
.brand small, footer { color: var(--soft); font-size: .875rem; font-weight: 400; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem;
  margin: 0; padding: 0; }
nav a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
main { padding-top: 1.5rem; padding-bottom: 2rem; }
footer { padding-top: 1rem; padding-bottom: 2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; letter-spacing: -.015em; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .6rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
summary { cursor: pointer; } summary h2 { display: inline; }
details[open] > summary { margin-bottom: .6rem; }
p { margin: 0 0 .75rem; }
.lead { color: var(--soft); margin-bottom: 1.25rem; }
.lead b { color: var(--ink); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 1.1rem 1.25rem; margin: 0 0 1rem; }
.card > :last-child { margin-bottom: 0; }
.short { white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .soft { color: var(--soft); }`;

const tables = `
.wide { overflow-x: auto; margin: 0 0 .75rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--soft); padding: 0 0 .4rem; }
th, td { text-align: left; vertical-align: baseline; padding: .4rem .75rem;
  border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .875rem; font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 400; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.part th { padding-left: 1.25rem; color: var(--soft); }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; border-top: 2px solid var(--line); }`;

const prose = `
main :is(.card, .prose) :is(code, pre) {
  font: .875rem/1.5 ui-monospace, 'Cascadia Mono', Menlo, monospace; }
main :is(.card, .prose) code { background: var(--code); border-radius: 4px; padding: .1em .3em; }
main .prose pre { background: var(--code); border-radius: 6px; padding: .75rem 1rem;
  margin: 0 0 .75rem; overflow-x: auto; }
main .prose pre code { background: none; padding: 0; }
.commands { list-style: none; margin: 0 0 .75rem; padding: 0; display: grid; gap: .5rem;
  grid-template-columns: minmax(0, 1fr); }
main .commands code { display: block; padding: .6rem .9rem; user-select: all; cursor: copy;
  overflow-x: auto; white-space: pre; }
.guide { display: grid; gap: 0 2.5rem; }
.guide .contents { font-size: .9375rem; margin: 0 0 1.5rem; }
.guide .contents ul { display: block; margin: 0 0 1.25rem; }
.guide .contents li { margin: .3rem 0; }
.guide .contents h2 { font-size: .875rem; color: var(--soft); font-weight: 500; margin: 0 0 .3rem; }
.prose { min-width: 0; } .prose h2 { margin-top: 2rem; padding-top: .25rem; font-size: 1.3rem; }
.prose table { display: block; overflow-x: auto; margin: 0 0 1rem; }
.prose td:first-child, .prose th:first-child { padding-left: 0; }
.prose li { margin: .25rem 0; } .prose ol, .prose ul { padding-left: 1.4rem; margin: 0 0 .75rem; }
main .swagger-ui .wrapper { padding: 0; max-width: none; }
main .swagger-ui .information-container { display: none; }
@media (min-width: 60rem) {
  .guide { grid-template-columns: 12rem minmax(0, 1fr); }
  .guide .contents { position: sticky; top: 1.25rem; align-self: start; }
}
@media (max-width: 30rem) {
  .top > div, main, footer { padding-left: 1rem; padding-right: 1rem; }
  .card { padding: .9rem 1rem; } th, td { padding: .35rem .5rem; }
}`;

/** One style sheet for the first page, the guide, and the frame of the API page. */
export const pageStyle = [colours, layout, tables, prose].join('\n');
