// Files of evidence in a real browser: sent in parts by a script, over a line that breaks, gone on with after the page
// was closed; sent whole without scripts; a file that lies about its type. On both engines.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, picture } from '../lib/browser.mjs';
import { journey } from '../lib/journey.mjs';
import { heyrick, Installation } from '../lib/server.mjs';

const engines = process.env.HEYRICK_TRIAL_ENGINE ? [process.env.HEYRICK_TRIAL_ENGINE] : ['sqlite', 'postgres'];

/** A PDF of about so many bytes. */
const pdf = (bytes, fill) => Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(bytes, fill), Buffer.from('\n%%EOF\n')]);
const file = (name, buffer) => ({ name, mimeType: 'application/pdf', buffer, lastModified: 1 });

for (const engine of engines) {
  describe(`evidence on ${engine}`, { timeout: 600_000 }, () => {
    let house;
    let browser;
    let way;

    before(async () => {
      house = await Installation.make(engine);
      house.init();
      await house.serve();
      browser = await launch();
      way = journey(house, browser);
    }, { timeout: 400_000 });

    after(async () => {
      await browser?.close();
      await house?.remove();
    });

    async function evidence(page, barriers, called) {
      const person = await way.addPerson(page, barriers, { called });
      const list = await way.refer(page, person, barriers);
      await page.goto(`${list}/evidence`);
      await way.look(page, barriers);
      return `${list}/evidence`;
    }

    const choose = (page, ...files) => page.setInputFiles('main input[type=file]', files);
    const send = (page) => page.locator('form[data-parts] button.govuk-button').click();

    async function describeIt(page, barriers, what) {
      await way.look(page, barriers);
      await page.fill('main textarea[name=what]', what);
      await page.check('main input[name=dated_unknown]');
      await way.save(page);
    }

    test('a file in parts outlives a line that breaks', async () => {
      const { context, page, barriers } = await way.officer('DC Amber', true);
      const here = await evidence(page, barriers, 'PV1');
      let pieces = 0;
      await context.route('**/evidence/uploads/*', async (route) => {
        pieces += 1;
        if (route.request().method() === 'PATCH' && pieces === 2) return route.abort('connectionreset');
        return route.continue();
      });
      await choose(page, file('a note.pdf', pdf(2_500_000, 'a')));
      await send(page);
      await page.waitForURL(/\/evidence\/uploads\//, { timeout: 60_000 });
      assert.ok(pieces >= 4, `${pieces} pieces`);
      await describeIt(page, barriers, 'An invented note.');
      await page.goto(here);
      assert.match(await page.locator('main').innerText(), /An invented note\./);
      await picture(page, `evidence-${engine}`);
      const href = await page.locator('main a[href$="/file"]').first().getAttribute('href');
      const opened = await context.request.get(new URL(href, here).href);
      assert.equal((await opened.body()).length, pdf(2_500_000, 'a').length);
      assert.match(opened.headers()['content-security-policy'], /sandbox/);
      assert.match(opened.headers()['content-disposition'], /^attachment/);
      assert.deepEqual(barriers, []);
      await context.close();
    });

    test('a file that was begun goes on when it is chosen again another day', async () => {
      const { context, page, barriers } = await way.officer('DC Amber', true);
      const here = await evidence(page, barriers, 'PV2');
      let cut = true;
      await context.route('**/evidence/uploads/*', (route) => {
        const offset = Number(route.request().headers()['upload-offset'] ?? 0);
        return cut && offset > 0 ? route.abort('connectionreset') : route.continue();
      });
      const letter = file('a letter.pdf', pdf(3_000_000, 'b'));
      await choose(page, letter);
      await send(page);
      await page.locator('[data-said]').filter({ hasText: /connection/i }).waitFor({ timeout: 30_000 });
      const other = await context.newPage();
      await other.goto(here);
      assert.match(await other.locator('[data-waiting]').innerText(), /a letter\.pdf.*\d+\s?%/s);
      page.on('dialog', (dialog) => dialog.accept());
      await page.close();
      cut = false;
      await choose(other, letter);
      await send(other);
      await other.waitForURL(/\/evidence\/uploads\//, { timeout: 60_000 });
      await describeIt(other, barriers, 'An invented letter.');
      assert.deepEqual(barriers, []);
      await context.close();
    });

    test('what lies about its type is refused and what came with it stays, with scripts and without', async () => {
      for (const scripts of [true, false]) {
        const { context, page, barriers } = await way.officer('DC Amber', scripts);
        await evidence(page, barriers, `PV3${scripts}`);
        await choose(page, file('good.pdf', pdf(1000, scripts ? 'c' : 'd')), file('lie.pdf', Buffer.from('no such thing')));
        if (scripts) await send(page);
        else await way.press(page, 'form[data-parts] button.govuk-button');
        await page.getByText('lie.pdf: the file is not').first().waitFor({ timeout: 30_000 });
        const on = page.locator('main a[href*="/evidence/uploads/"]').first();
        await on.waitFor({ timeout: 30_000 });
        await on.click();
        await page.waitForLoadState('load');
        await describeIt(page, barriers, 'An invented receipt.');
        assert.deepEqual(barriers, []);
        await context.close();
      }
    });

    test('the files are whole, the journal too, and the log names none', async () => {
      await house.stop();
      for (const words of [['evidence', 'verify'], ['journal', 'verify']]) {
        const verified = heyrick(...words, ...house.place);
        assert.equal(verified.code, 0, verified.out + verified.err);
      }
      for (const secret of ['a note', 'a letter', 'good.pdf', 'lie.pdf', 'invented']) assert.ok(!house.log.includes(secret), `the log holds ${secret}`);
    });
  });
}
