// A first account in a real browser: what speaks against it is said before the first question, the words of the person
// are kept as they come, a break and an arrest are turns of it, and afterwards the notes stand beside the form. With
// scripts and without, on both engines.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessibility, launch, overflow, picture, signIn, visitor } from '../lib/browser.mjs';
import { journey } from '../lib/journey.mjs';
import { saveAndContinue } from '../lib/referral.mjs';
import { heyrick, Installation } from '../lib/server.mjs';

const engines = process.env.HEYRICK_TRIAL_ENGINE ? [process.env.HEYRICK_TRIAL_ENGINE] : ['sqlite', 'postgres'];
const theirs = 'A man called Quenbyx said: “there is work”. He kept my papers.';
const secrets = ['Quenbyx', 'Marrowby', 'room behind the mill'];
const well = {
  law: 'neither', abe: 'not_planned', health: 'well', willing: 'yes', told: 'yes', company: 'alone', pack: 'adult',
  voice: 'telephone', free: 'yes', choice: 'met', how: 'now',
};

for (const engine of engines) {
  describe(`a first account on ${engine}`, { timeout: 900_000 }, () => {
    let house;
    let browser;
    let ways;

    before(async () => {
      house = await Installation.make(engine);
      house.init();
      await house.serve();
      browser = await launch();
      ways = journey(house, browser);
    }, { timeout: 400_000 });

    after(async () => {
      await browser?.close();
      await house?.remove();
    });

    const shows = async (page, words) => assert.match(await page.locator('main').innerText(), words);
    const choose = async (page, answers) => {
      for (const [name, value] of Object.entries(answers)) await page.check(`input[name=${name}][value=${value}]`);
    };
    const go = (page, value) => ways.press(page, `main button[name=go][value="${value}"]:not([tabindex="-1"])`);
    const words = (page) => page.locator('textarea[name=text]');

    async function begun(page, barriers) {
      const person = await ways.addPerson(page, barriers, { first_name: 'Marrowby', dob_day: '1', dob_month: '2', dob_year: '1991' });
      const list = await ways.refer(page, person, barriers);
      await ways.recordAge(page, list, barriers, 'adult', 'adult');
      return list;
    }

    for (const scripts of [true, false]) {
      const how = scripts ? 'with scripts' : 'without scripts';

      test(`an account passes the gate, is paused, stops at an arrest, and fills the form, ${how}`, async () => {
        const { context, page, barriers } = await ways.officer('DC Amber', scripts);
        const list = await begun(page, barriers);
        await page.goto(list);
        await ways.press(page, 'main a[href$="/accounts"]');
        await ways.look(page, barriers);
        await ways.press(page, 'main a[href$="/accounts/new"]');
        await ways.look(page, barriers);

        // What speaks against it is said, and what was chosen and typed comes back.
        await choose(page, { ...well, law: 'suspected', company: 'accompanied' });
        await page.fill('input[name=language]', 'Romanian');
        await page.fill('input[name=place]', 'The room behind the mill');
        await page.fill('textarea[name=needs]', 'Hot food.');
        await ways.save(page);
        await shows(page, /solicitor/);
        assert.ok(await page.isChecked('input[name=law][value=suspected]'), 'what was chosen did not come back');
        assert.equal(await page.inputValue('input[name=place]'), 'The room behind the mill');
        await ways.look(page, barriers);
        await picture(page, `account-gate-${engine}-${scripts}`);
        await choose(page, { law: 'neither', company: 'alone' });
        await ways.save(page);
        assert.match(new URL(page.url()).pathname, /\/accounts\/[0-9a-z]{20}\/topics\/[a-z]+$/, 'no account was begun');
        await ways.look(page, barriers);

        // Their words, one topic after the other; a break, in which nothing is asked and what is typed is kept.
        await words(page).fill('Hungry, not afraid of us.');
        await go(page, 'continue');
        const topic = page.url();
        const account = topic.split('/topics/')[0];
        await page.goto(`${account}/topics/start`);
        await words(page).fill(theirs);
        await go(page, 'pause');
        await shows(page, /break/i);
        assert.equal(await words(page).inputValue(), theirs, 'the words were lost with the break');
        await ways.look(page, barriers);
        await go(page, 'resume');

        // Two windows on one topic: the second one sees both, and keeps both.
        const second = await context.newPage();
        await second.goto(`${account}/topics/start`);
        await page.goto(`${account}/topics/start`);
        await words(page).fill(`${theirs} He has a van.`);
        await go(page, 'later');
        await words(second).fill(`${theirs} He has a dog.`);
        await go(second, 'continue');
        await shows(second, /He has a van\./);
        assert.match(await words(second).inputValue(), /He has a dog\./, 'the second window lost its words');
        await ways.look(second, barriers);
        await go(second, 'both');
        await second.goto(`${account}/topics/start`);
        const both = await words(second).inputValue();
        assert.ok(both.includes('a van') && both.includes('a dog'), 'both were not kept');
        await second.close();

        // A break nobody pressed for is added; then an arrest ends it, for good.
        await page.goto(`${account}/topics/work`);
        await words(page).fill('Peeled onions from five to nine.');
        await go(page, 'break');
        await ways.look(page, barriers);
        await page.goto(`${account}/topics/work`);
        assert.equal(await words(page).inputValue(), 'Peeled onions from five to nine.', 'leaving for the break lost the words');
        await go(page, 'stop');
        await ways.look(page, barriers);
        await page.check('input[name=reason][value=arrested]');
        await page.locator('main form[method=post] button.govuk-button--warning').click();
        await page.waitForLoadState('load');
        await shows(page, /caution|custody/i);
        assert.equal(new URL(page.url()).pathname, new URL(account).pathname);
        await ways.look(page, barriers);
        await picture(page, `account-ended-${engine}-${scripts}`);
        assert.equal(await page.locator('main a[href$="/stop"]').count(), 0, 'an ended account can be stopped again');

        // The notes beside the form: with scripts a press copies, without the officer does.
        await page.goto(`${account}/form`);
        await ways.look(page, barriers);
        await shows(page, /Peeled onions/);
        const step = page.locator('main section', { hasText: 'Quenbyx' }).locator('a[href*="/steps/"]').first();
        await step.click();
        await page.waitForLoadState('load');
        await shows(page, /He kept my papers/);
        const box = page.locator('textarea[name=how-did-the-exploitation-start]');
        if (scripts) {
          await page.locator('.heyrick-told .heyrick-box', { hasText: 'Quenbyx' }).locator('button').first().click();
          assert.match(await box.inputValue(), /Quenbyx/, 'the press copied nothing into the answer');
        } else {
          assert.equal(await page.locator('.heyrick-told button').count(), 0, 'a button that does nothing without scripts');
          await box.fill(theirs);
        }
        await ways.look(page, barriers);
        await saveAndContinue(page);
        await page.goto(`${list}/check`);
        await shows(page, /Quenbyx/);

        const paper = await context.request.get(`${account}/paper.pdf`);
        assert.equal(paper.headers()['content-type'], 'application/pdf');
        assert.doesNotMatch(paper.headers()['content-disposition'], /Marrowby|Quenbyx/);
        assert.deepEqual(barriers, []);

        // Who may not see the account is told of none.
        for (const name of ['DC Cedar', 'Council Holly', 'Admin Pine']) {
          const other = await ways.officer(name, scripts);
          for (const path of ['', '/topics/start', '/form', '/stop', '/paper.pdf']) {
            const answer = await other.context.request.get(account + path);
            assert.equal(answer.status(), 404, `${name} ${path}`);
          }
          await other.context.close();
        }
        await context.close();
      });
    }

    test('the pages hold on a small phone, and in Welsh', async () => {
      const context = await visitor(browser, { scripts: true, width: 320, height: 700 });
      const page = await signIn(context, house.url, 'DC Amber');
      const barriers = [];
      const list = await begun(page, barriers);
      await page.goto(`${house.url}/help?lang=cy`);
      const wrong = [];
      for (const path of ['/accounts', '/accounts/new']) {
        await page.goto(list + path);
        const wider = await overflow(page);
        if (wider > 0) wrong.push(`${path}: ${wider} pixels wider than 320`);
        for (const line of await accessibility(page)) wrong.push(`${path}: ${line}`);
      }
      for (const path of ['/question-sheet/adult', '/question-sheet/child']) {
        await page.goto(house.url + path);
        const wider = await overflow(page);
        if (wider > 0) wrong.push(`${path}: ${wider} pixels wider than 320`);
        for (const line of await accessibility(page)) wrong.push(`${path}: ${line}`);
      }
      assert.deepEqual(wrong, []);
      await context.close();
    });

    test('the journal is whole, and neither it nor the log holds a word', async () => {
      await house.stop();
      const verified = heyrick('journal', 'verify', ...house.place);
      assert.equal(verified.code, 0, verified.out + verified.err);
      for (const secret of secrets) assert.ok(!house.log.includes(secret), `the log holds ${secret}`);
    });
  });
}
