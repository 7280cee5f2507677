/** The thread that checks large workflow definitions, so that the event loop of the server does
 * not. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkedHere } from '@morrow/workflow-keeper';
import { presentIn } from './module-catalog.ts';
import type { Placement } from './settings.ts';

const catalog = presentIn(workerData as Placement);
parentPort?.on('message', (text: string) => {
  parentPort?.postMessage({ answer: checkedHere(text, catalog) });
});
parentPort?.postMessage({ isReady: true });
