// What an officer does on the way from a person to a hand-over, as journeys put it together: each step on its own
// page, axe-core once on every kind of page.
import assert from 'node:assert/strict';
import { accessibility, signIn, visitor } from './browser.mjs';
import { fillAll, tasks } from './referral.mjs';

const shapeOf = (url) => new URL(url).pathname.replaceAll(/[0-9a-z]{20}/g, ':id');

/** The steps of a journey through this house, in this browser. */
export function journey(house, browser) {
  const looked = new Set();

  /** Whether a page of this kind holds a barrier; each kind is looked at once, with scripts, which axe-core needs. */
  async function look(page, barriers) {
    if (!await page.evaluate(() => document.documentElement.classList.contains('js') || document.body.classList.contains('js-enabled'))) return;
    const shape = shapeOf(page.url());
    if (looked.has(shape)) return;
    looked.add(shape);
    for (const line of await accessibility(page)) barriers.push(`${shape}: ${line}`);
  }

  /** An officer with a browser of their own. */
  async function officer(name, scripts) {
    const context = await visitor(browser, { scripts });
    const page = await signIn(context, house.url, name);
    const barriers = [];
    return { context, page, barriers };
  }

  async function press(page, selector) {
    await page.locator(selector).first().click();
    await page.waitForLoadState('load');
  }

  const save = (page) => press(page, 'main form[method=post] button.govuk-button:not(.govuk-button--secondary)');

  async function addPerson(page, barriers, details) {
    await page.goto(`${house.url}/people/new`);
    await look(page, barriers);
    for (const [name, value] of Object.entries(details)) await page.fill(`main [name="${name}"]`, value);
    await save(page);
    if (await page.locator('button[name=go_on]').count() > 0) await press(page, 'button[name=go_on]');
    assert.match(new URL(page.url()).pathname, /^\/people\/[0-9a-z]{20}$/, 'the person was not added');
    await look(page, barriers);
    return page.url();
  }

  /** Begins the referral from the person's page. */
  async function refer(page, person, barriers) {
    await page.goto(person);
    await press(page, 'form[action$="/referrals"] button');
    assert.match(new URL(page.url()).pathname, /^\/referrals\/[0-9a-z]{20}$/, 'the referral was not begun');
    await look(page, barriers);
    return page.url();
  }

  const linkOf = async (page, list, words) => {
    await page.goto(list);
    const task = (await tasks(page)).find((one) => one.title.startsWith(words));
    assert.ok(task?.href, `the task list has no link for ${words}`);
    await page.goto(new URL(task.href, list).href);
    if (page.url().includes('/steps/')) {
      const fact = page.locator('main a[href*="?referral="]').first();
      if (await fact.count() > 0) await page.goto(new URL(await fact.getAttribute('href'), list).href);
    }
  };

  async function recordAge(page, list, barriers, now, exploitation) {
    await linkOf(page, list, 'Age');
    assert.match(page.url(), /\/age\?referral=/, 'the age is not asked on its own page');
    await look(page, barriers);
    await page.check(`input[name=now][value=${now}]`);
    await page.selectOption('select[name=now_basis]', 'stated');
    if (exploitation) {
      await page.check(`input[name=exploitation][value=${exploitation}]`);
      await page.selectOption('select[name=exploitation_basis]', 'stated');
    }
    await save(page);
    assert.equal(page.url().split('?')[0], list, 'after the age, back to the list');
  }

  async function recordConsent(page, list, barriers, answers) {
    await linkOf(page, list, 'Explanation and consent');
    assert.match(page.url(), /\/consent\?referral=/, 'consent is not asked on its own page');
    await look(page, barriers);
    await page.fill('input[name=explained_by]', 'DC Amber');
    await page.fill('input[name=language]', 'Romanian');
    await page.check('input[name=interpreter][value=independent]');
    await page.check('input[name=interpreter_chosen]');
    await page.check('input[name=method][value=in_person]');
    for (const [item, value] of Object.entries(answers)) await page.check(`input[name=${item}][value=${value}]`);
    await save(page);
    assert.equal(page.url().split('?')[0], list, 'after consent, back to the list');
  }

  /** Everything the form asks, looking at each kind of page once. */
  async function answer(page, list, barriers, answers = {}) {
    await fillAll(page, list, answers, () => look(page, barriers));
    await page.goto(`${list}/check`);
    await look(page, barriers);
  }

  async function prepare(page, list, barriers) {
    await page.goto(`${list}/prepare`);
    await look(page, barriers);
    await save(page);
    await page.goto(`${list}/hand-over`);
    await look(page, barriers);
    assert.match(await page.locator('main').innerText(), /Home Office/, 'there is nothing to hand over');
    return page.locator('main').innerText();
  }

  return { look, officer, press, save, addPerson, refer, linkOf, recordAge, recordConsent, answer, prepare };
}
