// Bad input gets a clear refusal and changes nothing, the same on both engines; never a 5xx.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Client, forms, links, untouched } from '../lib/client.mjs';
import { Installation } from '../lib/server.mjs';

const script = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
const MIB16 = 16 * 1024 * 1024;

/** Sends a big body by hand: a server may answer and close before it was all sent, which `fetch` calls an error. */
async function sendBig(url, path, type, headers) {
  // A connection closed while we were still writing may take the answer with it: ask again.
  for (let attempt = 1; ; attempt += 1) {
    const status = await sendOnce(url, path, type, headers).catch((error) => { if (attempt === 5) throw error; });
    if (status) return status;
  }
}

function sendOnce(url, path, type, headers) {
  const { hostname, port } = new URL(url);
  return new Promise((answered, failed) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(`POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${url}\r\nContent-Type: ${type}\r\n`
        + `Content-Length: ${MIB16}\r\n${headers}Connection: close\r\n\r\n`);
      // A server that has answered may close before it has taken everything: what it said counts.
      setTimeout(() => socket.write(Buffer.alloc(MIB16, 'a'), () => {}), 300);
    });
    socket.setTimeout(60_000, () => socket.destroy(new Error('no answer to a big body')));
    socket.on('data', (chunk) => { text += chunk; });
    socket.on('error', (error) => (text ? answered(text) : failed(error)));
    socket.on('close', () => answered(text));
  }).then((text) => Number(text.match(/^HTTP\/1\.1 (\d+)/)?.[1]));
}

/** The pages a signed-in user reaches in a few steps that have a form which is sent. */
async function pagesWithForms(client, limit = 25) {
  const seen = new Set();
  const shapes = new Set();
  const found = [];
  const open = ['/', '/account', '/account/password', '/people', '/people/new', '/referrals', '/referrals/new', '/grants'];
  while (open.length > 0 && found.length < limit && seen.size < 120) {
    const path = open.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const page = await client.get(path);
    assert.ok(page.status < 500, `${path} answered ${page.status}`);
    if (!page.headers.get('content-type')?.includes('text/html')) continue;
    for (const form of forms(page.body)) {
      const to = new URL(form.action || page.url, page.url).pathname;
      const shape = to.replaceAll(/[0-9a-z]{20}/g, ':id');
      if (form.method !== 'post' || to === '/sign-out' || shapes.has(shape)) continue;
      shapes.add(shape);
      found.push({ page: page.url, to, form });
    }
    for (const link of links(page.body, page.url)) {
      const shape = link.pathname.replaceAll(/[0-9a-z]{20}/g, ':id');
      if (!shapes.has(`link ${shape}`)) {
        shapes.add(`link ${shape}`);
        open.push(link.pathname);
      }
    }
  }
  return found;
}

const canType = (field) => ['text', 'textarea', 'search', 'tel', 'email', 'number', 'password', 'hidden'].includes(field.type) && field.name !== 'csrf';

for (const engine of ['sqlite', 'postgres']) {
  describe(`bad input on ${engine}`, { timeout: 600_000 }, () => {
    let house;
    let client;
    let token;

    before(async () => {
      house = await Installation.make(engine);
      house.init();
      token = house.token();
      await house.serve();
      client = await new Client(house.url).signIn('DC Amber');
    }, { timeout: 240_000 });

    after(() => house?.remove());

    const refused = (status, what) => assert.ok(status >= 400 && status < 500, `${what} answered ${status}`);

    test('every form refuses what is not text, and NUL', async () => {
      const pages = await pagesWithForms(client);
      assert.ok(pages.length >= 2, 'the crawl found no forms');
      for (const { to, form } of pages) {
        const csrf = form.fields.find((field) => field.name === 'csrf')?.value ?? '';
        const names = form.fields.filter(canType).map((field) => field.name);
        const type = 'application/x-www-form-urlencoded';
        for (const bad of ['%ff%fe%c0%af', 'a%00b']) {
          if (names.length === 0 || form.multipart) continue;
          const body = [`csrf=${encodeURIComponent(csrf)}`, ...names.map((name) => `${encodeURIComponent(name)}=${bad}`)].join('&');
          const answer = await client.post(to, body, { 'content-type': type });
          refused(answer.status, `${to} with ${bad}`);
        }
        const json = await client.post(to, '{"csrf":1}', { 'content-type': 'application/json' });
        refused(json.status, `${to} with JSON`);
      }
    });

    test('every form escapes a script in every text field and never fails', async () => {
      for (const { to, form } of await pagesWithForms(client)) {
        if (form.multipart || to.startsWith('/account/')) continue;
        const pairs = untouched(form).filter(([name]) => !form.fields.some((field) => field.name === name && canType(field)));
        for (const field of form.fields.filter((field) => canType(field) && field.type !== 'hidden')) pairs.push([field.name, script]);
        for (const field of form.fields.filter((field) => field.type === 'hidden' && field.name !== 'csrf')) pairs.push([field.name, field.value]);
        const answer = await client.post(to, pairs);
        assert.ok(answer.status < 500, `${to} answered ${answer.status}`);
        const onward = answer.to ? (await client.get(answer.to)).body : answer.body;
        assert.ok(!onward.includes('<script>alert(1)') && !onward.includes('<img src=x'), `${to} shows a script as typed`);
      }
    });

    test('keys that come twice, unknown keys and missing keys never fail', async () => {
      for (const { to, form } of await pagesWithForms(client)) {
        if (form.multipart || to.startsWith('/account/')) continue;
        const csrf = form.fields.filter((field) => field.name === 'csrf').map((field) => ['csrf', field.value]);
        const twice = form.fields.filter(canType).flatMap((field) => [[field.name, 'x'], [field.name, 'y']]);
        for (const pairs of [csrf, [...csrf, ...twice], []]) {
          const answer = await client.post(to, pairs);
          assert.ok(answer.status < 500, `${to} answered ${answer.status}`);
        }
        refused((await client.post(to, [...csrf, ['no-such-field', 'x']])).status, `${to} with a field nobody asked for`);
        // Without its token nothing is carried out: it is refused, or kept for its owner to look at again.
        const forged = await client.post(to, []);
        if (forged.to !== '/restore') refused(forged.status, `${to} without its token`);
      }
    });

    test('sixteen megabytes are refused', async () => {
      const cookie = `Cookie: ${[...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ')}\r\n`;
      for (const path of ['/sign-in', '/account/password']) {
        refused(await sendBig(house.url, path, 'application/x-www-form-urlencoded', cookie), path);
      }
      refused(await sendBig(house.url, '/api/v1/persons', 'application/json', `Authorization: Bearer ${token}\r\n`), 'the API');
    });

    test('the API refuses bodies that are not what it describes', async () => {
      const description = await (await fetch(`${house.url}/openapi.json`)).json();
      const posts = Object.entries(description.paths).flatMap(([path, methods]) =>
        ['post', 'put', 'patch'].filter((method) => methods[method]?.requestBody).map((method) => [method, path]));
      const deep = '['.repeat(50_000);
      const bodies = {
        'not JSON': '{', 'deep JSON': deep, 'deep object': '{"a":'.repeat(20_000), 'an array': '[]', 'a number': '1',
        'unknown fields': '{"no_such_field_at_all":1}', 'a NUL': '{"name":"a\\u0000b","no_such_field_at_all":1}',
        'not UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), nothing: '', 'a script': JSON.stringify(script),
        'a name that stands twice': '{"note":"one","note":"two"}',
        'values in order': '["one","two","three",null,null]', 'lists of values in order': '{"answers":[["nrm_entry","refused",null]]}',
      };
      // Real records, so that what is refused is refused for its body.
      const ask = (path, method = 'GET', body = undefined) => fetch(house.url + path, {
        method, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      const made = async (path, body) => (await ask(path, 'POST', body)).headers.get('location').split('/').at(-1);
      const person = await made('/api/v1/persons', { called: 'PV1' });
      const referral = await made('/api/v1/referrals', { person });
      const ids = { persons: person, referrals: referral };
      const at = (path) => path.replace(/^(\/api\/v1\/(\w+)\/)\{id\}/, (whole, start, kind) => (ids[kind] ? start + ids[kind] : whole))
        .replace('{step}', 'what-is-their-background').replaceAll(/\{[^}]*\}/g, 'aaaaaaaaaaaaaaaaaaaa');
      const kept = ['', '/ages', '/consents', '/capacity-assessments', '/best-interests', '/contacts'].map((part) => `/api/v1/persons/${person}${part}`)
        .concat(['', '/answers', '/history', '/evidence', '/accounts'].map((part) => `/api/v1/referrals/${referral}${part}`), '/api/v1/persons');
      const standing = async () => {
        const all = [];
        for (const path of kept) all.push(await (await ask(path)).text());
        return all;
      };
      const before = await standing();
      for (const [method, path] of posts) {
        for (const [what, body] of Object.entries(bodies)) {
          const answer = await fetch(house.url + at(path), {
            method: method.toUpperCase(), body,
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-match': '"v0"' },
          });
          refused(answer.status, `${method} ${path} with ${what}`);
          assert.match(answer.headers.get('content-type') ?? '', /problem\+json/, `${method} ${path} with ${what}`);
          assert.ok(!(await answer.text()).includes('<script>'), path);
        }
      }
      assert.deepEqual(await standing(), before, 'something was changed');
    });

    test('addresses that make no sense are not found, or refused', async () => {
      const odd = ['/%ff', '/%00', '/people/%00', '/people/%ff%fe', `/people/${'A'.repeat(5000)}`, "/people/' or 1=1--", '/api/v1/persons/%00',
        '/people?after=%ff', '/people?page=-1', '/referrals?stage=%00', '/referrals/../../etc/passwd', `/?next=${encodeURIComponent(script)}`,
        '/?lang=%ff', '/assets/../heyrick.db', '/assets/%2e%2e%2fkeys.json', '/api/v1/persons?after=%00', '/api/v1/persons?limit=999999999999999999999'];
      for (const path of odd) {
        const answer = await client.ask(path, { headers: { authorization: `Bearer ${path.startsWith('/api') ? token : ''}` } });
        assert.ok(answer.status < 500, `${path} answered ${answer.status}`);
        assert.ok(!(await answer.text()).includes('<script>alert'), path);
      }
    });

    test('nothing that was typed reached the log', () => {
      assert.ok(!house.log.includes('alert(1)'), 'the log holds what was typed');
      assert.ok(!house.log.includes('panicked'), 'the server panicked');
    });
  });
}
