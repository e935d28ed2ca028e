// A family of four in a real browser: a mother who refuses, a father who agrees, two children; one action opens their
// referrals, what they share is written once, what differs is shown beside, and where the children would name their
// mother the officer and the second reader are told. With scripts and without, on both engines.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessibility, launch, overflow, picture, signIn, visitor } from '../lib/browser.mjs';
import { fill, fillAll, saveAndContinue, tasks } from '../lib/referral.mjs';
import { heyrick, Installation } from '../lib/server.mjs';

const shapeOf = (url) => new URL(url).pathname.replaceAll(/[0-9a-z]{20}/g, ':id');
const engines = process.env.HEYRICK_TRIAL_ENGINE ? [process.env.HEYRICK_TRIAL_ENGINE] : ['sqlite', 'postgres'];
const secrets = ['Zenobiaq', 'Quillworth', 'Grimjackk', 'Velveteeny', 'red coat', 'Mocka'];

for (const engine of engines) {
  describe(`a family of four on ${engine}`, { timeout: 1_200_000 }, () => {
    let house;
    let browser;
    const looked = new Set();

    before(async () => {
      house = await Installation.make(engine);
      house.init();
      await house.serve();
      browser = await launch();
    }, { timeout: 400_000 });

    after(async () => {
      await browser?.close();
      await house?.remove();
    });

    /** Each kind of page once, with scripts, which axe-core needs; and that nothing is wider than the window. */
    async function look(page, barriers) {
      const shape = shapeOf(page.url());
      const wider = await overflow(page);
      if (wider > 0) barriers.push(`${shape}: ${wider} pixels wider than the window`);
      if (looked.has(shape) || !await page.evaluate(() => document.body.classList.contains('js-enabled'))) return;
      looked.add(shape);
      for (const line of await accessibility(page)) barriers.push(`${shape}: ${line}`);
    }

    async function press(page, selector) {
      await page.locator(selector).first().click();
      await page.waitForLoadState('load');
    }

    const save = (page) => press(page, 'main form[method=post] button.govuk-button:not(.govuk-button--secondary)');

    async function recordAge(page, person, back) {
      await page.goto(`${person}/age`);
      for (const at of ['now', 'exploitation']) {
        await page.check(`input[name=${at}][value=adult]`);
        await page.selectOption(`select[name=${at}_basis]`, 'stated');
      }
      await save(page);
      if (back) await page.goto(back);
    }

    async function recordConsent(page, person, answers) {
      await page.goto(`${person}/consent`);
      await page.fill('input[name=explained_by]', 'DC Amber');
      await page.fill('input[name=language]', 'Romanian');
      await page.check('input[name=interpreter][value=independent]');
      await page.check('input[name=interpreter_chosen]');
      await page.check('input[name=method][value=in_person]');
      for (const [item, value] of Object.entries(answers)) await page.check(`input[name=${item}][value=${value}]`);
      await save(page);
    }

    async function addMother(page) {
      await page.goto(`${house.url}/people/new`);
      const details = { first_name: 'Zenobiaq', last_name: 'Quillworth', dob_day: '5', dob_month: '6', dob_year: '1990' };
      for (const [name, value] of Object.entries(details)) await page.fill(`main [name="${name}"]`, value);
      await save(page);
      if (await page.locator('button[name=go_on]').count() > 0) await press(page, 'button[name=go_on]');
      return page.url();
    }

    /** The referrals of the family's page, in order. */
    const referrals = (page) => page.locator('.heyrick-rows > li .heyrick-rows__what > a[href^="/referrals/"]')
      .evaluateAll((all) => all.map((one) => one.href));

    for (const scripts of [true, false]) {
      const how = scripts ? 'with scripts' : 'without scripts';

      test(`one action opens four referrals, and together they name nobody who refused, ${how}`, async () => {
        const context = await visitor(browser, { scripts });
        const page = await signIn(context, house.url, 'DC Amber');
        const barriers = [];
        const mother = await addMother(page);
        await recordAge(page, mother);
        await recordConsent(page, mother, { nrm_entry: 'refused', police_cooperation: 'no', dtn_identity: 'no' });
        await page.goto(mother);
        await press(page, 'a[href$="/family"]');
        await look(page, barriers);

        // Who belongs to it: two more rows than the one that is there.
        await page.selectOption(`select[id="is-${mother.split('/').at(-1)}"]`, 'parent');
        for (let row = 2; row <= 3; row += 1) await press(page, 'button[name=go][value=add]');
        const members = [
          { 'first_name-1': 'Grimjackk', 'last_name-1': 'Quillworth' },
          { 'first_name-2': 'Velveteeny', 'last_name-2': 'Quillworth', 'dob-2_year': '2013', 'dob-2_month': '2', 'dob-2_day': '28' },
          { 'called-3': 'Boy in the red coat', 'dob-3_year': '2017' },
        ];
        for (const fields of members) for (const [name, value] of Object.entries(fields)) await page.fill(`[name="${name}"]`, value);
        await press(page, 'main button.govuk-button[name=go][value=look]');
        assert.match(await page.locator('.govuk-error-summary').innerText(), /in the family/, 'nobody says what is missing');
        await look(page, barriers);
        for (const [name, value] of [['is-new-1', 'partner'], ['is-new-2', 'child'], ['is-new-3', 'child']]) await page.selectOption(`select[id="${name}"]`, value);
        await press(page, 'main button.govuk-button[name=go][value=look]');
        assert.match(await page.locator('h1').innerText(), /Is this the family/);
        await look(page, barriers);
        await press(page, 'button[name=go][value=open]');
        assert.match(new URL(page.url()).pathname, /^\/families\/[0-9a-z]{20}$/);
        const family = page.url();
        const all = await referrals(page);
        assert.equal(all.length, 4, 'four referrals were not opened');
        await look(page, barriers);

        // The father agrees: his own age, his own answer.
        await page.goto(all[1]);
        const father = await page.locator('main dl a[href^="/people/"]').first().evaluate((one) => one.href);
        await recordAge(page, father);
        await recordConsent(page, father, { nrm_entry: 'given', msvcc_support: 'yes', police_cooperation: 'undecided' });

        // One child said something of their own before; then it is written once for all.
        await page.goto(`${all[2]}/steps/how-they-were-treated`);
        await fill(page, { 'living-conditions': 'Slept in the invented van.' });
        await saveAndContinue(page);
        await page.goto(`${family}/shared`);
        await look(page, barriers);
        await page.goto(`${family}/shared/how-they-were-treated`);
        await look(page, barriers);
        await page.fill('textarea[name=living-conditions]', 'One invented room for all of them.');
        await saveAndContinue(page);
        assert.match(page.url(), /\/offers$/, 'what differs is not shown');
        const both = await page.locator('main').innerText();
        assert.ok(both.includes('Slept in the invented van.') && both.includes('One invented room for all of them.'));
        await look(page, barriers);
        await page.locator('main input[type=radio][value=own]').first().check();
        await save(page);
        await page.goto(`${family}/shared/who-exploited-pv`);
        await page.fill('textarea[name=who-exploited-pv]', 'A man called Mocka, of the yard.');
        await saveAndContinue(page);
        for (const [at, words] of [[0, 'One invented room'], [1, 'One invented room'], [2, 'Slept in the invented van'], [3, 'One invented room']]) {
          await page.goto(`${all[at]}/check`);
          const text = await page.locator('main').innerText();
          assert.ok(text.includes(words), `member ${at} does not hold ${words}`);
          assert.ok(text.includes('A man called Mocka'), `member ${at} did not get what is shared`);
        }
        await page.goto(`${all[3]}/history`);
        assert.match(await page.locator('main').innerText(), /written once for the family/, 'the history does not say where it came from');

        // What would name the mother is said where it stands.
        await page.goto(`${all[2]}/steps/what-is-their-background`);
        await fill(page, { family: 'Lives with her mother Zenobiaq.' });
        await saveAndContinue(page);
        await page.goto(`${all[2]}/check`);
        assert.match(await page.locator('main').innerText(), /could identify somebody/);
        await look(page, barriers);
        await page.goto(family);
        assert.match(await page.locator('main').innerText(), /could identify somebody/);
        await picture(page, `family-${engine}-${scripts}`);

        // The mother's notification names nobody, and nothing of the others leaves with it.
        await fillAll(page, all[0], { 'dtn-include': ['living-conditions'] });
        await page.goto(`${all[0]}/prepare`);
        await save(page);
        const second = await visitor(browser, { scripts });
        const reader = await signIn(second, house.url, 'DS Beech');
        await reader.goto(`${all[0]}/review`);
        assert.match(await reader.locator('main').innerText(), /Linked referrals/, 'the second reader is not told');
        await look(reader, barriers);
        // Nothing is released while a place is open: the button stays off.
        for (let n = 0; n < 30; n += 1) {
          const removed = reader.locator('button[name=how][value=removed]:visible').first();
          if (await removed.count() === 0) break;
          await removed.click();
          await reader.waitForLoadState('load');
        }
        await press(reader, 'form[action$="/release"] button');
        await reader.goto(all[0]);
        assert.match(await reader.locator('main dl').first().innerText(), /Ready to hand over|Prepared/i, 'the notification was not released');
        const data = await (await second.request.get(`${all[0]}/data.json`)).text();
        for (const secret of [...secrets, family.split('/').at(-1)]) assert.ok(!data.includes(secret), `the notification holds ${secret}`);
        await second.close();

        // A child is never one: their list leads to the NRM and asks for the local authority.
        await page.goto(all[3]);
        assert.ok(!/Duty to Notify/.test(await page.locator('h1').innerText()));
        assert.ok((await tasks(page)).some((one) => /local authority/i.test(one.title)), 'the local authority is not asked for');
        assert.deepEqual(barriers, []);
        await context.close();
      });
    }

    test('the pages hold on a small phone', async () => {
      const context = await visitor(browser, { scripts: true, width: 320, height: 700 });
      const page = await signIn(context, house.url, 'DC Amber');
      await page.goto(`${house.url}/referrals`);
      const list = await page.locator('main a[href^="/referrals/"]').first().evaluate((one) => one.href);
      await page.goto(list);
      const family = await page.locator('main a[href^="/families/"]').first().evaluate((one) => one.href);
      const wrong = [];
      for (const path of ['', '/shared', '/shared/how-they-were-treated', '/offers']) {
        await page.goto(family + path);
        const wider = await overflow(page);
        if (wider > 0) wrong.push(`${path}: ${wider} pixels wider than 320`);
        for (const line of await accessibility(page)) wrong.push(`${path}: ${line}`);
        await picture(page, `family-320-${engine}${path.replaceAll('/', '-')}`);
      }
      assert.deepEqual(wrong, []);
      await context.close();
    });

    test('the journal is whole, and neither it nor the log names anybody', async () => {
      await house.stop();
      const verified = heyrick('journal', 'verify', ...house.place);
      assert.equal(verified.code, 0, verified.out + verified.err);
      for (const secret of secrets) assert.ok(!house.log.includes(secret), `the log holds ${secret}`);
    });
  });
}
