// Typing into the pages of a referral: lists, rows, long accounts, a lost connection. Nothing typed is lost.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, overflow, signIn, visitor } from '../lib/browser.mjs';
import { Installation } from '../lib/server.mjs';

describe('typing into a referral', { timeout: 600_000 }, () => {
  let house;
  let browser;
  let list;

  before(async () => {
    house = await Installation.make('sqlite');
    house.init();
    await house.serve();
    browser = await launch();
    const page = await signIn(await visitor(browser), house.url, 'DC Amber');
    await page.goto(`${house.url}/people/new`);
    await page.fill('main [name=called]', 'PV1');
    await page.locator('main form[method=post] button.govuk-button:not(.govuk-button--secondary)').first().click();
    await page.waitForURL(/\/people\/[0-9a-z]{20}$/);
    await page.locator('form[action$="/referrals"] button').first().click();
    await page.waitForURL(/\/referrals\/[0-9a-z]{20}$/);
    list = page.url();
  }, { timeout: 400_000 });

  after(async () => {
    await browser?.close();
    await house?.remove();
  });

  const officer = async (options) => {
    const context = await visitor(browser, options);
    return { context, page: await signIn(context, house.url, 'DC Amber') };
  };
  const save = 'form.heyrick-step .govuk-button-group button[value=continue]';
  const town = 'current-pv-location-uk-city';

  test('a list opens while one types, by keyboard alone', async () => {
    const { context, page } = await officer();
    await page.goto(`${list}/steps/current-pv-location`);
    await page.locator('.autocomplete__input').waitFor();
    await page.locator(`#${town}`).pressSequentially('leicést');
    await page.locator('.autocomplete__option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await page.inputValue(`#${town}`), 'Leicester');
    await page.click(save);
    await page.waitForURL(list);
    await page.goto(`${list}/steps/current-pv-location`);
    assert.equal(await page.inputValue(`#${town}`), 'Leicester');
    await context.close();
  });

  test('without scripts a button finds the same, on a small phone', async () => {
    const { context, page } = await officer({ scripts: false, width: 320, height: 700 });
    await page.goto(`${list}/steps/current-pv-location`);
    await page.fill(`#${town}`, 'derb');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const found = page.locator(`input[name="${town}--pick-1"][value=Derby]`);
    await found.waitFor();
    assert.equal(await page.inputValue(`#${town}`), 'derb');
    assert.ok(await overflow(page) <= 0, 'the page is wider than the phone');
    await found.check();
    await page.click(save);
    await page.waitForURL(list);
    await page.goto(`${list}/steps/current-pv-location`);
    assert.equal(await page.inputValue(`#${town}`), 'Derby');
    await context.close();
  });

  test('without a connection the page stays, with all that was typed', async () => {
    const { context, page } = await officer();
    const address = `${list}/steps/what-is-their-background`;
    await page.goto(address);
    await page.fill('#family', 'Typed in a cellar.');
    await context.setOffline(true);
    await page.click(save);
    await page.locator('[role=alert].heyrick-offline').waitFor();
    assert.equal(await page.inputValue('#family'), 'Typed in a cellar.');
    await context.setOffline(false);
    await page.click(save);
    await page.waitForURL(list);
    await page.goto(address);
    assert.equal(await page.inputValue('#family'), 'Typed in a cellar.');
    await context.close();
  });

  test('a long account is written on a page of its own, and the rest of the page is saved first', async () => {
    for (const scripts of [true, false]) {
      const { context, page } = await officer({ scripts });
      const address = `${list}/steps/what-is-their-background`;
      await page.goto(address);
      await page.fill('#education', `School, ${scripts}.`);
      await page.click('button[value="open:family"]');
      await page.waitForURL('**?only=family');
      assert.equal(await page.locator('textarea').count(), 1);
      await page.fill('#family', `Two lines,\nscripts: ${scripts}.`);
      await page.click(save);
      await page.waitForURL(`${address}#family`);
      assert.equal(await page.inputValue('#education'), `School, ${scripts}.`);
      assert.equal(await page.inputValue('#family'), `Two lines,\nscripts: ${scripts}.`);
      await context.close();
    }
  });
});
