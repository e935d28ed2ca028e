// From consent to hand-over in a real browser: an adult who consents, an adult who refuses, a child, and somebody whose
// age nobody can be sure of; with scripts and without; axe-core on every page of the way.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, picture, visitor } from '../lib/browser.mjs';
import { journey } from '../lib/journey.mjs';
import { saveAndContinue, fill } from '../lib/referral.mjs';
import { heyrick, Installation } from '../lib/server.mjs';

const first = 'Testa';
const last = 'Exemplar';

/** Both engines; one of them while somebody works on a journey. */
const engines = process.env.HEYRICK_TRIAL_ENGINE ? [process.env.HEYRICK_TRIAL_ENGINE] : ['sqlite', 'postgres'];

for (const engine of engines) {
  describe(`journeys on ${engine}`, { timeout: 1_500_000 }, () => {
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

    for (const scripts of [true, false]) {
      const how = scripts ? 'with scripts' : 'without scripts';

      test(`an adult who consents is referred, ${how}`, async () => {
        const { context, page, barriers } = await way.officer('DC Amber', scripts);
        const person = await way.addPerson(page, barriers, { first_name: first, last_name: last, called: 'PV1', dob_day: '9', dob_month: '3', dob_year: '1992' });
        const list = await way.refer(page, person, barriers);
        await way.recordAge(page, list, barriers, 'adult', 'adult');
        await way.recordConsent(page, list, barriers, { nrm_entry: 'given', msvcc_support: 'yes', police_cooperation: 'undecided' });
        await way.answer(page, list, barriers);
        const shown = await way.prepare(page, list, barriers);
        assert.ok(shown.includes(last), 'a referral names the person');
        await page.check('main input[type=checkbox][name=tick] >> nth=0');
        await page.waitForTimeout(scripts ? 800 : 0);
        if (!scripts) await way.press(page, 'form[action$="/hand-over/ticks"] button.govuk-button');
        await page.goto(`${list}/hand-over`);
        assert.ok(await page.locator('main input[name=tick]').first().isChecked(), 'a tick was lost');
        await picture(page, `hand-over-${engine}-${scripts}`);
        const paper = await context.request.get(`${list}/paper.pdf`);
        assert.equal(paper.status(), 200);
        assert.match(paper.headers()['content-disposition'] ?? '', /^attachment; filename="?R-[^"]*\.pdf/);
        assert.ok(!(paper.headers()['content-disposition'] ?? '').includes(last));
        assert.equal((await paper.body()).subarray(0, 5).toString(), '%PDF-');
        const data = await (await context.request.get(`${list}/data.json`)).json();
        assert.ok(JSON.stringify(data).includes(last), 'the data do not hold what leaves');
        assert.deepEqual(barriers, []);
        await context.close();
      });

      test(`an adult who refuses leads to a Duty to Notify that names nobody, ${how}`, async () => {
        const { context, page, barriers } = await way.officer('DC Amber', scripts);
        const person = await way.addPerson(page, barriers, { first_name: 'Nonesuch', last_name: 'Placeholder', called: 'PV2' });
        const list = await way.refer(page, person, barriers);
        await way.recordAge(page, list, barriers, 'adult', 'not_sure');
        await way.recordConsent(page, list, barriers, { nrm_entry: 'refused', police_cooperation: 'no', dtn_identity: 'no' });
        await way.answer(page, list, barriers, { 'who-exploited-pv': 'A man called Mocka Samplewright.' });
        const shown = await way.prepare(page, list, barriers);
        for (const secret of ['Nonesuch', 'Placeholder', 'Samplewright']) assert.ok(!shown.includes(secret), `the notification holds ${secret}`);
        const data = JSON.stringify(await (await context.request.get(`${list}/data.json`)).json());
        for (const secret of ['Nonesuch', 'Placeholder', 'Samplewright']) assert.ok(!data.includes(secret), `the data hold ${secret}`);
        await picture(page, `notification-${engine}-${scripts}`);
        assert.deepEqual(barriers, []);
        await context.close();
      });

      test(`a child is referred without being asked, and never notified, ${how}`, async () => {
        const { context, page, barriers } = await way.officer('DC Amber', scripts);
        const person = await way.addPerson(page, barriers, { first_name: 'Ditto', last_name: 'Invented', called: 'PV3' });
        const list = await way.refer(page, person, barriers);
        await way.recordAge(page, list, barriers, 'child', 'child');
        await way.linkOf(page, list, 'Explanation and consent');
        assert.equal(await page.locator('input[name=nrm_entry]').count(), 0, 'a child is asked to consent');
        if (page.url().includes('/consent')) await way.recordConsent(page, list, barriers, { police_cooperation: 'undecided' });
        await way.answer(page, list, barriers, { 'pv-gender': 'male' });
        await page.goto(`${list}/prepare`);
        assert.match(await page.locator('main').innerText(), /local authority/i, 'nothing says that the local authority must know');
        await page.goto(`${list}/authority-contact`);
        await way.look(page, barriers);
        await page.check('input[name=outcome][value=reached]');
        await way.save(page);
        const shown = await way.prepare(page, list, barriers);
        assert.ok(!/Duty to Notify/.test(await page.locator('h1').innerText()), 'a child led to a Duty to Notify');
        assert.ok(shown.includes('Invented'));
        assert.deepEqual(barriers, []);
        await context.close();
      });

      test(`somebody whose age is not sure is treated as a child, ${how}`, async () => {
        const { context, page, barriers } = await way.officer('DC Amber', scripts);
        const person = await way.addPerson(page, barriers, { first_name: 'Trial', last_name: 'Notareal', called: 'PV4' });
        const list = await way.refer(page, person, barriers);
        await way.recordAge(page, list, barriers, 'not_sure');
        await way.linkOf(page, list, 'Explanation and consent');
        if (page.url().includes('/consent')) await way.recordConsent(page, list, barriers, { police_cooperation: 'no' });
        await way.answer(page, list, barriers);
        await page.goto(`${list}/authority-contact`);
        await page.check('input[name=outcome][value=not_reached_out_of_hours]');
        await page.fill('input[name=time]', '00:00');
        const note = page.locator('main textarea[name=note]');
        if (await note.count() > 0) await note.fill('Rang the emergency duty team twice. Nobody answered.');
        await way.save(page);
        await way.prepare(page, list, barriers);
        await page.goto(`${house.url}/tasks`);
        await way.look(page, barriers);
        assert.match(await page.locator('main').innerText(), /local authority/i, 'no task says to try again');
        assert.deepEqual(barriers, []);
        await context.close();
      });
    }

    test('words typed after a time-out, and two tabs on one page, lose nothing', async () => {
      const { context, page, barriers } = await way.officer('DC Amber', false);
      const person = await way.addPerson(page, barriers, { called: 'PV5' });
      const list = await way.refer(page, person, barriers);
      const step = `${list}/steps/what-is-their-background`;
      const other = await context.newPage();
      await page.goto(step);
      await other.goto(step);
      await page.fill('textarea[name=family]', 'Two invented brothers.');
      await saveAndContinue(page);
      await other.fill('textarea[name=family]', 'An invented aunt.');
      await saveAndContinue(other);
      // What differs is marked word by word: the text without its marks.
      const both = (await other.locator('main').evaluate((main) => main.textContent)).replaceAll(/\s+/g, ' ');
      assert.ok(both.includes('Two invented brothers.') && both.includes('An invented aunt.'), 'the second does not see both');
      await way.look(other, barriers);

      await page.goto(step);
      await page.fill('textarea[name=education]', 'Eight invented years at school.');
      const cookies = await context.cookies();
      const elsewhere = await visitor(browser, { scripts: false });
      await elsewhere.addCookies(cookies);
      const away = await elsewhere.newPage();
      await away.goto(`${house.url}/account`);
      await away.click('form[action="/sign-out"] button');
      await elsewhere.close();
      await saveAndContinue(page);
      assert.match(page.url(), /\/sign-in/);
      await page.fill('input[name=username]', 'dc.amber');
      await page.fill('input[name=password]', 'three invented words');
      await page.click('main form button');
      await page.waitForLoadState('load');
      assert.match(page.url(), /\/restore/);
      await way.press(page, 'main form button.govuk-button');
      const back = await page.content();
      assert.ok(back.includes('Eight invented years at school.') || (await (await context.request.get(step)).text()).includes('Eight invented years at school.'),
        'words were lost');
      assert.deepEqual(barriers, []);
      await context.close();
    });

    test('free words in a Duty to Notify need a second reader, who is never the author', async () => {
      const { context, page, barriers } = await way.officer('DC Amber', true);
      const person = await way.addPerson(page, barriers, { first_name: 'Specimen', last_name: 'Testperson', called: 'PV9' });
      const list = await way.refer(page, person, barriers);
      await way.recordAge(page, list, barriers, 'adult', 'adult');
      await way.recordConsent(page, list, barriers, { nrm_entry: 'refused', police_cooperation: 'no', dtn_identity: 'no' });
      await page.goto(`${list}/steps/what-is-their-background`);
      await fill(page, { birthplace: 'She is from the fishing village Testhaven; her twin works at the Sample nail bar on High Street. Exploiter: Mr Mocka.' });
      await saveAndContinue(page);
      await way.answer(page, list, barriers, { 'dtn-include': ['birthplace'], 'who-exploited-pv': 'Mr Mocka.' });
      await page.goto(`${list}/prepare`);
      await way.look(page, barriers);
      await way.save(page);
      const waiting = await context.request.get(`${list}/data.json`);
      assert.ok(!(await waiting.text()).includes('Testhaven'), 'unread words left');
      await context.close();

      const second = await way.officer('DS Beech', true);
      await second.page.goto(`${list}/review`);
      await way.look(second.page, barriers);
      const text = await second.page.locator('main').innerText();
      for (const mark of ['Testhaven', 'twin', 'Mocka']) assert.ok(text.includes(mark), `${mark} is not shown`);
      for (let n = 0; n < 30; n += 1) {
        const removed = second.page.locator('button[name=how][value=removed]:visible').first();
        if (await removed.count() === 0) break;
        await removed.click();
        await second.page.waitForLoadState('load');
      }
      await picture(second.page, `review-${engine}`);
      await way.press(second.page, 'form[action$="/release"] button');
      const data = await (await second.context.request.get(`${list}/data.json`)).text();
      for (const secret of ['Testhaven', 'Mocka', 'Specimen', 'Testperson']) assert.ok(!data.includes(secret), `the notification holds ${secret}`);
      assert.deepEqual([...barriers, ...second.barriers], []);
      await second.context.close();
    });

    test('what is not shared does not exist for a partner', async () => {
      const { context, page } = await way.officer('Council Holly', false);
      for (const path of ['/', '/people', '/referrals', '/tasks']) {
        const answer = await page.goto(house.url + path);
        assert.ok([200, 403, 404].includes(answer.status()), `${path} answered ${answer.status()}`);
        const text = await page.content();
        for (const name of ['PV1', 'PV9', last, 'Testperson']) assert.ok(!text.includes(name), `${path} shows ${name} to a partner`);
      }
      await context.close();
    });

    test('the journal is whole, and neither it nor the log names anybody', async () => {
      await house.stop();
      const verified = heyrick('journal', 'verify', ...house.place);
      assert.equal(verified.code, 0, verified.out + verified.err);
      for (const secret of [first, last, 'Testperson', 'Testhaven', 'Mocka', 'invented brothers']) {
        assert.ok(!house.log.includes(secret), `the log holds ${secret}`);
      }
    });
  });
}
