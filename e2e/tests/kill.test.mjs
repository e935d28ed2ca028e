// A power cut in the middle of writes loses nothing that was acknowledged, and the journal still holds.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client, forms } from '../lib/client.mjs';
import { heyrick, Installation } from '../lib/server.mjs';

const ROUNDS = 3;
const WRITERS = 4;
let house;

after(() => house?.remove());

/** Writes until the server is gone; keeps the labels of what was answered as saved. */
async function write(client, csrf, writer, acknowledged) {
  for (let number = 0; number < 500; number += 1) {
    const label = `trial-${writer}-${number}-end`;
    const pairs = [['csrf', csrf], ['label', label], ['scopes', 'persons:read']];
    const answer = await client.post('/account/tokens', pairs).catch(() => null);
    if (!answer) return;
    assert.ok(answer.status < 400, `${label} answered ${answer.status}`);
    acknowledged.push(label);
  }
}

for (const engine of ['sqlite', 'postgres']) {
  test(`kill -9 while writing loses nothing acknowledged, on ${engine}`, { timeout: 400_000 }, async () => {
    house = await Installation.make(engine);
    house.init();
    const acknowledged = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await house.serve();
      const client = await new Client(house.url).signIn('DC Amber');
      const form = forms((await client.get('/account')).body).find(({ action }) => action === '/account/tokens');
      const csrf = form.fields.find((field) => field.name === 'csrf').value;
      const writing = Array.from({ length: WRITERS }, (_, writer) => write(client, csrf, `${round}-${writer}`, acknowledged));
      await new Promise((wake) => setTimeout(wake, 1200));
      await house.stop('SIGKILL');
      await Promise.all(writing);
    }
    assert.ok(acknowledged.length >= 10, `only ${acknowledged.length} writes were acknowledged`);
    await house.serve();
    const client = await new Client(house.url).signIn('DC Amber');
    const { body } = await client.get('/account');
    const lost = acknowledged.filter((label) => !body.includes(label));
    assert.deepEqual(lost, [], `${lost.length} of ${acknowledged.length} acknowledged writes are gone`);
    await house.stop();
    const verified = heyrick('journal', 'verify', ...house.place);
    assert.equal(verified.code, 0, verified.out + verified.err);
    await house.remove();
  });
}
