// Every page somebody can reach, as somebody in each role: no broken link, no barrier, no name where none belongs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessibility, launch, overflow, picture, signIn, visitor } from '../lib/browser.mjs';
import { Client, links } from '../lib/client.mjs';
import { Installation } from '../lib/server.mjs';

const password = 'demonstration';
const roles = ['ds.teal', 'dc.amber', 'dc.jade', 'pcso.fern', 'analyst.onyx', 'support.rust', 'hub.ivory', 'partner.coral',
  'auditor.grey', 'admin.chalk'];
/** Pages of one kind that are looked at for each role. */
const OF_A_KIND = 3;
const shapeOf = (path) => path.replaceAll(/[0-9a-z]{20}/g, ':id').replaceAll(/\/\d+(?=\/|$)/g, '/:n');
const titleOf = (html) => html.match(/<title>([\s\S]*?)<\/title>/)?.[1].trim() ?? '';

/** First accounts, which few referrals have: each that somebody may see. */
async function accounts (client) {
  const list = await client.get('/referrals');
  const found = [];
  for (const link of links(list.body, list.url)) {
    if (!/^\/referrals\/[0-9a-z]{20}$/.test(link.pathname)) continue;
    const page = await client.get(`${link.pathname}/accounts`);
    if (page.status !== 200) continue;
    const own = links(page.body, page.url).map((one) => one.pathname);
    found.push(...own.filter((path) => /\/accounts\/[0-9a-z]{20}$/.test(path)));
  }
  return found.map((path) => ({ path, from: 'accounts' }));
}

/** Follows every link from the first page; answers with one address for each kind of page. */
async function crawl(client, broken) {
  const kinds = new Map();
  const seen = new Set();
  const open = [{ path: '/', from: 'sign-in' }, { path: '/account', from: 'sign-in' }, { path: '/help', from: 'sign-in' },
    ...await accounts(client)];
  while (open.length > 0 && seen.size < 250) {
    const { path, from } = open.shift();
    const shape = shapeOf(path);
    const number = kinds.get(shape)?.length ?? 0;
    if (seen.has(path) || number >= OF_A_KIND) continue;
    seen.add(path);
    const page = await client.get(path);
    if (page.status !== 200) broken.push(`${path} (from ${from}) answered ${page.status}`);
    if (!page.headers.get('content-type')?.includes('text/html')) continue;
    kinds.set(shape, [...(kinds.get(shape) ?? []), path]);
    if (titleOf(page.body) === '') broken.push(`${path} has no title`);
    for (const link of links(page.body, page.url)) {
      if (!link.search.includes('lang=')) open.push({ path: link.pathname, from: path });
    }
  }
  return kinds;
}

describe('pages of the invented world', { timeout: 1_500_000 }, () => {
  let house;
  let browser;
  const kinds = new Map();

  before(async () => {
    house = await Installation.make();
    await house.serve('demo');
    browser = await launch();
  }, { timeout: 400_000 });

  after(async () => {
    await browser?.close();
    await house?.remove();
  });

  for (const role of roles) {
    test(`no link is broken for ${role}`, async () => {
      const client = await new Client(house.url).signIn(role, password);
      const broken = [];
      for (const [kind, paths] of await crawl(client, broken)) {
        if (!kinds.has(kind)) kinds.set(kind, { role, path: paths[0] });
      }
      assert.deepEqual(broken, []);
    });
  }

  test('axe-core finds nothing, and nothing is wider than a small phone', async () => {
    assert.ok(kinds.size >= 4, `only ${kinds.size} kinds of pages`);
    const wrong = [];
    const check = async (page, path) => {
      for (const line of await accessibility(page)) wrong.push(`${path}: ${line}`);
      const wider = await overflow(page);
      if (wider > 0) wrong.push(`${path}: ${wider} pixels wider than 320`);
    };
    const out = await visitor(browser, { width: 320, height: 700 });
    const first = await out.newPage();
    for (const path of ['/sign-in', '/help', '/accessibility', '/privacy', '/no-such-page']) {
      await first.goto(house.url + path);
      await check(first, path);
    }
    await out.close();
    for (const role of roles) {
      const mine = [...kinds].filter(([, found]) => found.role === role);
      if (mine.length === 0) continue;
      const context = await visitor(browser, { width: 320, height: 700 });
      const page = await signIn(context, house.url, role, password);
      for (const [kind, { path }] of mine) {
        await page.goto(house.url + path);
        await check(page, path);
        await picture(page, `320${kind.replaceAll(/[^a-z]+/g, '-')}`);
      }
      await context.close();
    }
    assert.deepEqual(wrong, []);
  });

  test('every page speaks Welsh', async () => {
    const wrong = [];
    for (const role of roles) {
      const client = await new Client(house.url).signIn(role, password);
      await client.get('/help?lang=cy');
      for (const [, found] of kinds) {
        if (found.role !== role) continue;
        const page = await client.get(found.path);
        if (page.status !== 200 || !page.body.includes('<html lang="cy"')) wrong.push(`${found.path} answered ${page.status}`);
        if (/\?\?|\{\s*\$|No such word/.test(page.body.replaceAll(/<script[\s\S]*?<\/script>/g, ''))) wrong.push(`${found.path}: a word is missing`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('the first stop of the keyboard leads past the menu, with scripts and without', async () => {
    for (const scripts of [true, false]) {
      const context = await visitor(browser, { scripts });
      const page = await context.newPage();
      await page.goto(`${house.url}/sign-in`);
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('href')), '#main-content');
      await page.keyboard.press('Enter');
      await page.waitForURL('**#main-content');
      await context.close();
    }
  });

  test('somebody signs in, changes the language and signs out, with scripts and without', async () => {
    for (const scripts of [true, false]) {
      const context = await visitor(browser, { scripts });
      const page = await signIn(context, house.url, 'dc.amber', password);
      await page.goto(`${house.url}/account`);
      await page.click('a[hreflang=cy]');
      assert.equal(await page.getAttribute('html', 'lang'), 'cy');
      await picture(page, `account-${scripts ? 'with' : 'without'}-scripts`);
      await page.click('form[action="/sign-out"] button');
      await page.waitForURL('**/sign-in');
      const again = await page.goto(`${house.url}/account`);
      assert.ok(new URL(again.url()).pathname.startsWith('/sign-in'), 'a page opened after signing out');
      await context.close();
    }
  });

  test('the log names nobody', () => {
    for (const secret of [password, 'dc.amber', 'DC Amber', 'Testshire']) {
      const lines = house.log.split('\n').filter((line) => line.startsWith('{') && line.includes(secret));
      assert.deepEqual(lines.slice(0, 3), [], `the log holds ${secret}`);
    }
    assert.ok(!house.log.includes('panicked'), 'the server panicked');
  });
});
