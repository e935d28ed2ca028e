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

/** Steps that take one long text each, so that every writer has a page of their own. */
const pages = [
  ['what-is-their-background', 'family'], ['how-did-the-exploitation-start', 'how-did-the-exploitation-start'],
  ['where-how-interview-carried-out', 'where-how-interview-carried-out'], ['professional-insight', 'professional-insight'],
];

for (const engine of ['sqlite', 'postgres']) {
  test(`kill -9 while answers are saved loses none that was acknowledged, on ${engine}`, { timeout: 400_000 }, async () => {
    house = await Installation.make(engine);
    house.init();
    const token = house.token();
    await house.serve();
    const call = (method, path, body, headers = {}) => fetch(`${house.url}/api/v1${path}`, {
      method, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(30_000),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    });
    const made = await call('POST', '/persons', { called: 'PV1' });
    assert.equal(made.status, 201, await made.clone().text());
    const begun = await call('POST', '/referrals', { person: (await made.json()).id });
    assert.equal(begun.status, 201, await begun.clone().text());
    const { id } = await begun.json();
    const acknowledged = new Map(pages.map(([step]) => [step, []]));
    const inDoubt = new Map();

    /** Saves one page again and again until the server is gone. */
    const save = async (round, [step, key]) => {
      const open = await call('GET', `/referrals/${id}/steps/${step}`);
      let version = open.headers.get('etag');
      for (let number = 0; number < 500; number += 1) {
        const words = `trial ${round}-${number} of ${step}`;
        const once = `kill-${round}-${number}-${step}`;
        const headers = { 'if-match': version, 'idempotency-key': once };
        const answer = await call('PUT', `/referrals/${id}/steps/${step}`, { [key]: words }, headers).catch(() => null);
        if (!answer) {
          inDoubt.set(step, { words, headers, key });
          return;
        }
        assert.equal(answer.status, 200, `${words}: ${await answer.clone().text()}`);
        version = answer.headers.get('etag');
        acknowledged.get(step).push(words);
      }
    };

    for (let round = 0; round < ROUNDS; round += 1) {
      const writing = pages.map((page) => save(round, page));
      await new Promise((wake) => setTimeout(wake, 1500));
      await house.stop('SIGKILL');
      await Promise.all(writing);
      await house.serve();
      // What nobody knows the fate of is sent again under its key: it is carried out once, whatever had happened.
      for (const [step, { words, headers, key }] of inDoubt) {
        const answer = await call('PUT', `/referrals/${id}/steps/${step}`, { [key]: words }, headers);
        assert.ok([200, 409, 412].includes(answer.status), `${words} sent again answered ${answer.status}`);
      }
      inDoubt.clear();
    }

    const all = [...acknowledged.values()].flat();
    assert.ok(all.length >= 20, `only ${all.length} saves were acknowledged`);
    for (const [step, key] of pages) {
      const saved = [];
      for (let cursor = ''; cursor !== null;) {
        const query = new URLSearchParams({ key, limit: '100', ...(cursor ? { cursor } : {}) });
        const page = await (await call('GET', `/referrals/${id}/history?${query}`)).json();
        saved.push(...page.items.map((change) => change.after));
        cursor = page.next;
      }
      const lost = acknowledged.get(step).filter((words) => !saved.includes(words));
      assert.deepEqual(lost, [], `${lost.length} acknowledged answers of ${step} are gone`);
      assert.equal(new Set(saved).size, saved.length, `${step} was carried out twice`);
    }
    await house.stop();
    const verified = heyrick('journal', 'verify', ...house.place);
    assert.equal(verified.code, 0, verified.out + verified.err);
    await house.remove();
  });
}
