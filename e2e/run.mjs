// Runs the trials of the real program: node e2e/run.mjs [name of a trial ...]
//
// HEYRICK_BIN is the program, CHROMIUM the browser, SCHEMATHESIS the API fuzzer; `cargo xtask test` sets them.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './lib/server.mjs';

const wanted = process.argv.slice(2);
const trials = readdirSync(join(repository, 'e2e/tests'))
  .filter((name) => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .map((name) => join(repository, 'e2e/tests', name));
if (trials.length === 0) {
  console.error(`no trial is called ${wanted.join(', ')}`);
  process.exit(1);
}
// One file after the other: each starts a server and a browser, and the machine may be small.
const args = ['--test', '--test-concurrency=1', '--test-reporter=spec', ...trials];
process.exit(spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], cwd: repository }).status ?? 1);
