import koffi from 'koffi';
import { parentPort } from 'node:worker_threads';
parentPort?.postMessage({ koffi: koffi.version });
