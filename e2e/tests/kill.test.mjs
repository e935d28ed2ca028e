// A power cut in the middle of writes loses nothing that was acknowledged, and the journal still holds.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { heyrick, Installation } from '../lib/server.mjs';

let house;
after(() => house?.remove());

for (const engine of ['sqlite', 'postgres']) {
  test(`kill -9 while writing loses nothing acknowledged, on ${engine}`, { timeout: 300_000 }, async () => {
    house = await Installation.make(engine);
    house.init();
    const token = house.token();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const acknowledged = [];
    for (let round = 0; round < 3; round += 1) {
      await house.serve();
      let cut = false;
      const writers = [0, 1, 2, 3].map(async (writer) => {
        for (let number = 0; !cut && number < 400; number += 1) {
          const name = `PV ${round} ${writer} ${number}`;
          const body = JSON.stringify({ names: [{ kind: 'given', value: name }], name });
          const answer = await fetch(`${house.url}/api/v1/persons`, { method: 'POST', headers, body }).catch(() => null);
          if (!answer) return;
          const text = await answer.text().catch(() => null);
          if (text === null) return;
          assert.equal(answer.status, 201, text);
          acknowledged.push(answer.headers.get('location'));
        }
      });
      await new Promise((wake) => setTimeout(wake, 1500));
      await house.stop('SIGKILL');
      cut = true;
      await Promise.all(writers);
    }
    assert.ok(acknowledged.length >= 10, `only ${acknowledged.length} writes were acknowledged`);
    await house.serve();
    for (const location of acknowledged) {
      const answer = await fetch(new URL(location, house.url), { headers });
      assert.equal(answer.status, 200, `${location} was acknowledged and is gone`);
      await answer.arrayBuffer();
    }
    await house.stop();
    const verified = heyrick('journal', 'verify', ...house.place);
    assert.equal(verified.code, 0, verified.out + verified.err);
    await house.remove();
  });
}
