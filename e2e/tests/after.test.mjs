// After the referral, in a real browser: positive and thirty days of recovery; negative and a reconsideration; somebody
// who turns eighteen; a letter; a task that leads to the passage; a partner who sees nothing of it. On both engines.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, picture } from '../lib/browser.mjs';
import { journey } from '../lib/journey.mjs';
import { heyrick, Installation } from '../lib/server.mjs';

const engines = process.env.HEYRICK_TRIAL_ENGINE ? [process.env.HEYRICK_TRIAL_ENGINE] : ['sqlite', 'postgres'];
const last = 'Exemplar';

/** A day in London so many days from today, as the boxes of a form take it. */
function day(days) {
  const now = new Date(Date.now() + days * 86_400_000);
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', day: 'numeric', month: 'numeric', year: 'numeric' }).formatToParts(now);
  return Object.fromEntries(parts.filter((part) => part.type !== 'literal').map((part) => [part.type, part.value]));
}

/** The same as pages write it, without the year. */
const written = (days) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', day: 'numeric', month: 'long' }).format(new Date(Date.now() + days * 86_400_000));

for (const engine of engines) {
  describe(`after the referral on ${engine}`, { timeout: 1_500_000 }, () => {
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

    async function fillDay(page, name, when) {
      for (const part of ['day', 'month', 'year']) await page.fill(`main input[name=${name}_${part}]`, when[part]);
    }

    /** Attaches the Home Office's copy, which makes a prepared referral sent, and opens its passage. */
    async function send(page, list, barriers) {
      await page.goto(`${list}/sending`);
      const copy = { name: 'copy.txt', mimeType: 'text/plain', buffer: Buffer.from('The Home Office’s copy of an invented referral.') };
      await page.setInputFiles('input[type=file]', copy);
      await way.press(page, 'form[action$="/sending"] button.govuk-button');
      await way.look(page, barriers);
      await fillDay(page, 'sent', day(0));
      await way.save(page);
      await page.goto(list);
      const passage = await page.locator('main a[href^="/episodes/"]').first().getAttribute('href');
      return new URL(passage, list).href;
    }

    /** Records what happened, chosen among what is open now. */
    async function record(page, passage, barriers, event, choose = {}) {
      await page.goto(`${passage}/record`);
      await way.look(page, barriers);
      await page.check(`input[name=event][value=${event}]`);
      await way.press(page, 'main form[method=get] button.govuk-button');
      await way.look(page, barriers);
      await fillDay(page, 'on', day(0));
      for (const [name, value] of Object.entries(choose)) await page.check(`input[name=${name}][value=${value}]`);
      await way.save(page);
      assert.equal(page.url().split('?')[0], passage, `${event}: ${await page.locator('.govuk-error-summary').allInnerTexts()}`);
      await way.look(page, barriers);
      return page.locator('main').innerText();
    }

    /** Somebody referred who agreed, with the Home Office's reference recorded. */
    async function referred(page, barriers, called) {
      const person = await way.addPerson(page, barriers, { first_name: 'Testa', last_name: last, called });
      const list = await way.refer(page, person, barriers);
      await way.recordAge(page, list, barriers, 'adult', 'adult');
      await way.recordConsent(page, list, barriers, { nrm_entry: 'given', msvcc_support: 'yes', police_cooperation: 'undecided' });
      await way.answer(page, list, barriers);
      await way.prepare(page, list, barriers);
      const passage = await send(page, list, barriers);
      await record(page, passage, barriers, 'reference_received', { authority: 'sca' });
      return { list, passage };
    }

    test('a positive decision begins thirty days of recovery, and its letter opens as a file alone', async () => {
      const { context, page, barriers } = await way.officer('DC Amber', true);
      const { passage } = await referred(page, barriers, 'PV1');
      let shown = await page.locator('main').innerText();
      assert.match(shown, /Reasonable grounds decision awaited/);
      assert.match(shown, /Decisions go to the potential victim, by e-mail/);
      shown = await record(page, passage, barriers, 'rg_positive', { authority: 'sca' });
      assert.ok(shown.includes(written(29)) || shown.includes(written(30)), `no recovery period of thirty days in ${shown}`);
      await page.locator('main a[href*="/letters/"]').first().click();
      await page.waitForLoadState('load');
      await way.look(page, barriers);
      await page.setInputFiles('input[type=file]', { name: `${last} decision.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 an invented letter') });
      await way.save(page);
      const letter = page.locator('main a[href$="/1"][href*="/letters/"]').first();
      const opened = await context.request.get(new URL(await letter.getAttribute('href'), passage).href);
      assert.equal(opened.headers()['content-disposition'], 'attachment; filename="letter-1.pdf"');
      assert.match(opened.headers()['content-security-policy'], /^sandbox/);
      await picture(page, `recovery-${engine}`);
      await page.goto(`${house.url}/tasks`);
      const task = page.locator('main a[href^="/episodes/"]').first();
      assert.equal(new URL(await task.getAttribute('href'), passage).href, passage, 'no task leads to the passage');
      assert.deepEqual(barriers, []);
      await context.close();
    });

    test('after a negative decision a reconsideration is asked for and overturns it, without scripts', async () => {
      const { context, page, barriers } = await way.officer('DC Amber', false);
      const { passage } = await referred(page, barriers, 'PV2');
      let shown = await record(page, passage, barriers, 'rg_negative', { available: 'yes' });
      assert.match(shown, /[Rr]econsideration/);
      shown = await record(page, passage, barriers, 'reconsideration_requested', { grounds: 'new_evidence', requester: 'first_responder' });
      shown = await record(page, passage, barriers, 'reconsideration_overturned');
      assert.match(shown, /[Rr]ecovery/, 'no recovery period after it was overturned');
      await picture(page, `reconsideration-${engine}`);
      await context.close();
      const supervisor = await way.officer('DS Beech', false);
      await supervisor.page.goto(passage);
      assert.match(await supervisor.page.locator('main').innerText(), /DC Amber/, 'who recorded it');
      await supervisor.context.close();
    });

    test('somebody who turns eighteen is to be asked whether they remain', async () => {
      const { context, page, barriers } = await way.officer('DC Amber', true);
      const tomorrow = { ...day(1), year: String(Number(day(1).year) - 18) };
      const person = await way.addPerson(page, barriers, { first_name: 'Testa', last_name: last, called: 'PV3', dob_day: tomorrow.day, dob_month: tomorrow.month, dob_year: tomorrow.year });
      const list = await way.refer(page, person, barriers);
      await way.recordAge(page, list, barriers, 'child', 'child');
      await way.linkOf(page, list, 'Explanation and consent');
      if (page.url().includes('/consent')) await way.recordConsent(page, list, barriers, { police_cooperation: 'undecided' });
      await way.answer(page, list, barriers, { 'pv-gender': 'male' });
      await page.goto(`${list}/authority-contact`);
      await page.check('input[name=outcome][value=reached]');
      await way.save(page);
      await way.prepare(page, list, barriers);
      const passage = await send(page, list, barriers);
      assert.ok((await page.goto(passage).then(() => page.locator('main').innerText())).includes(written(1)), 'the birthday is not shown');
      // Their date of birth turns out to be a day earlier: they are eighteen today, and the program notices by itself.
      const today = { ...day(0), year: String(Number(day(0).year) - 18) };
      await page.goto(`${person}/edit`);
      await fillDay(page, 'dob', today);
      await way.save(page);
      let shown = '';
      for (let tries = 0; tries < 45 && !/eighteen|18/.test(shown.split('What happened')[1] ?? ''); tries += 1) {
        await page.waitForTimeout(1000);
        await page.goto(passage);
        shown = await page.locator('main').innerText();
        if (/was not asked|to be asked|asked whether they remain/i.test(shown)) break;
      }
      await picture(page, `eighteen-${engine}`);
      shown = await record(page, passage, barriers, 'remains', { wants_support: 'yes' });
      assert.ok(shown.length > 0);
      assert.deepEqual(barriers, []);
      await context.close();
    });

    test('a partner sees nothing of a passage', async () => {
      const amber = await way.officer('DC Amber', false);
      await amber.page.goto(`${house.url}/tasks`);
      const href = await amber.page.locator('main a[href^="/episodes/"]').first().getAttribute('href');
      await amber.context.close();
      const partner = await way.officer('Council Holly', false);
      const hidden = await partner.page.goto(new URL(href, house.url).href);
      const never = await partner.context.request.get(`${house.url}/episodes/aaaaaaaaaaaaaaaaaaaa`);
      assert.equal(hidden.status(), 404);
      assert.equal(never.status(), 404);
      await partner.context.close();
    });

    test('the journal is whole, and the log names nobody', async () => {
      await house.stop();
      const verified = heyrick('journal', 'verify', ...house.place);
      assert.equal(verified.code, 0, verified.out + verified.err);
      assert.ok(!house.log.includes(last), 'the log holds a name');
    });
  });
}
