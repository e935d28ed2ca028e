// The API under a fuzzer that reads its description: no 5xx, whatever is sent.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Installation, repository } from '../lib/server.mjs';

const schemathesis = process.env.SCHEMATHESIS ?? join(repository, '.venv/bin/schemathesis');
let house;

before(async () => {
  house = await Installation.make();
  house.init();
  house.secret = house.token();
  await house.serve();
}, { timeout: 240_000 });

after(() => house?.remove());

const endpoints = async () => {
  const description = await (await fetch(`${house.url}/openapi.json`)).json();
  assert.equal(description.openapi.slice(0, 3), '3.1');
  return Object.keys(description.paths).filter((path) => path.startsWith('/api/v1/'));
};

/** Lets the fuzzer loose; `settings` is its configuration file. */
function fuzz(settings, seconds) {
  const home = mkdtempSync(join(tmpdir(), 'heyrick-schemathesis-'));
  writeFileSync(join(home, 'schemathesis.toml'), settings);
  const done = spawnSync(schemathesis, [
    'run', `${house.url}/openapi.json`, '--header', `Authorization:Bearer ${house.secret}`,
    '--checks', 'not_a_server_error', '--phases', 'examples,coverage,fuzzing', '--max-examples', '20', '--max-time', String(seconds),
    '--seed', '1824', '--workers', '1', '--request-timeout', '30', '--warnings', 'off', '--suppress-health-check', 'all',
    '--continue-on-failure', '--no-color',
  ], { cwd: home, encoding: 'utf8', timeout: 800_000, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, HOME: home } });
  rmSync(home, { recursive: true, force: true });
  assert.equal(done.status, 0, `schemathesis ended with ${done.status}:\n${(done.stdout ?? '').slice(-6000)}\n${(done.stderr ?? '').slice(-2000)}`);
  assert.ok(!house.log.includes('panicked'), 'the server panicked');
}

async function make(path, body) {
  const answer = await fetch(`${house.url}/api/v1/${path}`, {
    method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${house.secret}`, 'content-type': 'application/json' },
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return (await answer.json()).id;
}

test('schemathesis finds no server error among records that are not there', { timeout: 900_000 }, async () => {
  assert.ok((await endpoints()).length > 10, 'the API describes hardly anything');
  fuzz('', 120);
});

test('schemathesis finds no server error in records that are there', { timeout: 900_000 }, async () => {
  const person = await make('persons', { called: 'PV1' });
  const referral = await make('referrals', { person });
  const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const task = await make('tasks', { person, kind: 'other', day, note: 'ring the college' });
  const at = (paths, id) => `[[operations]]\ninclude-path-regex = "^/api/v1/${paths}/"\nparameters = { "path.id" = "${id}" }\n`;
  fuzz(at('persons', person) + at('referrals', referral) + at('tasks', task), 150);
});

test('whoever has no token, or a wrong one, is told nothing', async () => {
  for (const path of ['/api/v1/persons', ...await endpoints()]) {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic YTpi' }]) {
      const answer = await fetch(house.url + path.replaceAll(/\{[^}]*\}/g, 'aaaaaaaaaaaaaaaaaaaa'), { headers });
      assert.ok([401, 404, 405].includes(answer.status), `${path} answered ${answer.status}`);
    }
  }
});

test('the secret in a calendar address is in no log', async () => {
  const secret = 'Willowherb'.repeat(4);
  const answer = await fetch(`${house.url}/calendar/${secret}.ics`);
  assert.equal(answer.status, 404);
  const route = () => house.log.includes('/calendar/{file}');
  for (let i = 0; i < 50 && !route(); i += 1) await new Promise((done) => setTimeout(done, 20));
  assert.ok(route(), 'the log names the route');
  assert.ok(!house.log.includes('Willowherb'), 'the log holds the secret');
});
