import { buffer } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';
import { printChart } from './chartPdf.ts';
import { Paper } from './paper.ts';
import type { PrintJob } from './printer.ts';

const { chart, printing } = workerData as PrintJob;
const paper = new Paper('Chart', printing.at);
const drawn = buffer(paper.stream);
printChart(paper, chart, printing);
const bytes = new Uint8Array(await drawn);
parentPort!.postMessage(bytes, [bytes.buffer]);
