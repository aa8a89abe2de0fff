import { appendFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { SerialPort } from 'serialport';
import { readZxingWasm, trayWorkerCode } from './assets.ts';
import { VERSION } from './version.ts';
const log = (t: string) => appendFileSync(process.env.HELLO_LOG ?? 'hello.log', t + '\n');
log(`hello ${VERSION} ${process.version} ${process.platform} ${process.execPath} ${process.argv.join('|')}`);
void readZxingWasm().then((w) => log(`wasm ${w.length}`));
const code = trayWorkerCode();
if (code) {
  const w = new Worker(code, { eval: true });
  w.on('message', (m) => log(JSON.stringify(m)));
  w.on('error', (e) => log(String(e)));
}
const port = new SerialPort({ path: process.env.HELLO_PORT ?? 'COM5', baudRate: 9600, autoOpen: false });
port.open((e) => {
  log(`open ${String(e)}`);
  if (!e) {
    port.write('test\n');
  }
});
port.on('data', (d: Buffer) => {
  log(`data ${d.toString()}`);
  process.exit(0);
});
setTimeout(() => process.exit(1), 8000);
