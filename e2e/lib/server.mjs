// A real server on a free port of this machine, with data of its own, and its whole log.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const program = process.env.HEYRICK_BIN ?? join(repository, 'target/debug/heyrick');
const databases = process.env.HEYRICK_TEST_POSTGRES ?? join(dirname(program), 'test-postgres');

export const world = JSON.parse(readFileSync(join(repository, 'e2e/world.json'), 'utf8'));
export const password = world.users[0].password;
/** The user name the program makes from a name. */
export const username = (name) => name.toLowerCase().replaceAll(' ', '.');

/** Runs a command of the program to its end. */
export function heyrick(...args) {
  const done = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
  return { code: done.status, out: done.stdout ?? '', err: done.stderr ?? String(done.error) };
}

function must(done, what) {
  if (done.code !== 0) throw new Error(`${what} failed (${done.code}): ${done.err}${done.out}`);
  return done.out;
}

async function freePort() {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

async function freshPostgres() {
  const holder = spawn(databases, ['fresh'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await new Promise((found, failed) => {
    let text = '';
    holder.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) found(text.trim());
    });
    holder.on('error', failed);
    holder.on('exit', () => failed(new Error('no PostgreSQL database could be had')));
  });
  return { url, drop: async () => { holder.removeAllListeners('exit'); holder.stdin.end(); await once(holder, 'exit'); } };
}

/** An installation with the invented accounts of `world.json`, on one of the two engines. */
export class Installation {
  static async make(engine = 'sqlite') {
    const made = new Installation();
    made.engine = engine;
    made.data = mkdtempSync(join(tmpdir(), 'heyrick-e2e-'));
    made.place = ['--data', made.data];
    if (engine === 'postgres') {
      made.postgres = await freshPostgres();
      made.place.push('--database-url', made.postgres.url);
    }
    return made;
  }

  get logFile() {
    return `${this.data}.log`;
  }

  /** Everything the server has logged. */
  get log() {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Makes the accounts of the world file. */
  init() {
    must(heyrick('init', ...this.place, '--world', join(repository, 'e2e/world.json')), 'init');
    return this;
  }

  /** An API token of one of the accounts, for everything its owner may do. */
  token(name = 'DC Amber') {
    const scopes = ['persons', 'consents', 'referrals', 'tasks'].flatMap((noun) => [`${noun}:read`, `${noun}:write`]);
    const args = scopes.flatMap((scope) => ['--scope', scope]);
    const out = must(heyrick('token', 'add', ...this.place, '--user', username(name), ...args, '--label', 'trials'), 'token');
    const found = out.match(/heyrick_[A-Za-z0-9_-]{20,}/);
    if (!found) throw new Error('no token was printed');
    return found[0];
  }

  /** Starts `serve`, or another command that serves, and waits until it answers. */
  async serve(...command) {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const args = command.length > 0 ? command : ['serve', '--second-factor', 'optional'];
    // Into a file: a pipe that nobody empties while a trial waits for another program stops the server.
    const log = openSync(this.logFile, 'a');
    this.child = spawn(program, [...args, ...this.place, '--listen', `127.0.0.1:${port}`], {
      env: { ...process.env, HEYRICK_LOG: 'debug,sqlx=warn,hyper=info' },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const until = Date.now() + 180_000;
    while (Date.now() < until) {
      if (this.child.exitCode !== null) throw new Error(`the server ended: ${this.log.slice(-2000)}`);
      const answer = await fetch(`${this.url}/health`).catch(() => null);
      if (answer?.ok) return this;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`the server was not ready in three minutes: ${this.log.slice(-2000)}`);
  }

  /** Ends the server: politely, or as a power cut would. */
  async stop(signal = 'SIGTERM') {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    const hard = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(hard);
  }

  /** Ends everything and takes the data away. */
  async remove() {
    await this.stop();
    await this.postgres?.drop();
    delete this.postgres;
    rmSync(this.data, { recursive: true, force: true });
    rmSync(this.logFile, { force: true });
  }
}
