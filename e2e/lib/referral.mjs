// Filling in a referral as an officer does: page by page, in a browser, by what stands on the page.
import assert from 'node:assert/strict';

/** What an officer answers when a journey says nothing else. Invented, and sounding so. */
const usual = {
  'safe-now': 'yes',
  'potential-victim-exploitative-situation-multiple': 'no',
  'were-they-taken-somewhere-by-their-exploiter': 'no',
  'still-in-exploitative-situation': 'no',
  'when-last-contact': 'within-the-last-month',
  'is-this-the-first-chance-to-report': 'no',
  'modern-slavery-indicators': 'yes',
  'evidence-of-dishonesty': 'no',
  'are-others-involved': 'no',
  'where-exploitation-happened': 'uk',
  'where-exploitation-happened-uk-city': 'Leicester',
  'current-pv-location-uk-city': 'Leicester',
  'current-pv-location-uk-region': 'Leicestershire',
  'exploiters-location': 'no',
  'types-of-exploitation': ['types-of-exploitation-forced-to-work'],
  'county-lines': 'no',
  'any-other-pvs': 'no',
  'future-exploitation-concerns': 'no',
  'reported-to-police': 'no',
  'fr-location': 'england',
  'user-organisation': 'Leicestershire Police',
  'user-email': 'dc.amber@testshire.police.uk',
  'fr-alternative-contact': 'ds.beech@testshire.police.uk',
  'fr-details-phone': '+44 116 496 0123',
  'pv-gender': 'female',
  'pv-nationality': 'Romanian',
  'pv-nationality-second': '',
  'does-pv-have-children': 'no',
  'pv-interpreter-requirements': 'no',
  'pv-other-help-with-communication': 'no',
  'pv-ho-reference': 'no',
  'pv-phone-number': 'no',
  'who-contact': 'potential-victim',
  'pv-contact-details': ['email'],
  'pv-contact-details-email-input': 'pv@example.org',
  'pv-contact-details-email-check': ['true'],
  'local-authority-contacted-about-child-local-authority-name': 'Leicester City Council',
  'local-authority-contacted-about-child-local-authority-phone': '+44 116 496 0456',
  'local-authority-contacted-about-child-local-authority-email': 'duty@council.gov.uk',
  'dtn-include': [],
  's1-police-referral': '',
  's1-police-area': 'Leicestershire Police',
};

/** What to say in a box a journey does not name. */
const words = (name) => `Invented answer to ${name.replaceAll('-', ' ')}.`;

/** Fills every visible field of the step that is on the page; leaves what is filled already. */
export async function fill(page, answers = {}) {
  const wanted = (name) => answers[name] ?? usual[name];
  for (let round = 0; round < 3; round += 1) {
    const before = await page.locator('form.heyrick-step :checked').count();
    const radios = await page.locator('form.heyrick-step input[type=radio]:visible').evaluateAll((all) =>
      all.map((one) => ({ name: one.name, value: one.value, checked: one.checked })));
    for (const name of new Set(radios.map((one) => one.name))) {
      if (name.endsWith('--unknown')) continue;
      const group = radios.filter((one) => one.name === name);
      const value = wanted(name) ?? (answers[name] === undefined && !group.some((one) => one.checked) ? group[0].value : undefined);
      if (value !== undefined) await page.check(`form.heyrick-step input[type=radio][name="${name}"][value="${value}"]`);
    }
    const boxes = await page.locator('form.heyrick-step input[type=checkbox]:visible').evaluateAll((all) =>
      all.map((one) => ({ name: one.name, value: one.value })));
    for (const box of boxes) {
      const values = wanted(box.name);
      if (Array.isArray(values) && values.includes(box.value)) {
        await page.check(`form.heyrick-step input[type=checkbox][name="${box.name}"][value="${box.value}"]`);
      }
    }
    if (await page.locator('form.heyrick-step :checked').count() === before) break;
  }
  const selects = await page.locator('form.heyrick-step select:visible').evaluateAll((all) => all.map((one) => one.name));
  for (const name of selects) if (wanted(name) !== undefined) await page.selectOption(`form.heyrick-step select[name="${name}"]`, wanted(name));
  const typed = page.locator('form.heyrick-step :is(input:not([type=radio]):not([type=checkbox]):not([type=hidden]), textarea):visible');
  for (let at = 0; at < await typed.count(); at += 1) {
    const box = typed.nth(at);
    const name = await box.getAttribute('name');
    if (!name || await box.getAttribute('readonly') !== null) continue;
    const given = answers[name] ?? (await box.inputValue() === '' ? usual[name] ?? (/-(day|month|year)$/.test(name) ? '' : words(name)) : undefined);
    if (given !== undefined && typeof given === 'string') await box.fill(given);
  }
}

/** Saves the step that is on the page and goes on. */
export async function saveAndContinue(page) {
  await page.locator('form.heyrick-step .govuk-button-group button[value=continue]').click();
  await page.waitForLoadState('load');
}

/** The tasks of a referral's list: words, status, address. */
export function tasks(page) {
  return page.locator('.govuk-task-list__item').evaluateAll((all) => all.map((one) => ({
    title: one.querySelector('a')?.textContent.trim() ?? one.textContent.trim(),
    href: one.querySelector('a')?.getAttribute('href') ?? null,
    status: one.querySelector('.govuk-task-list__status')?.textContent.trim() ?? '',
  })));
}

/** Goes through every page that is not done, as often as a changed answer opens new ones. */
export async function fillAll(page, list, answers = {}, look = async () => {}) {
  for (let round = 0; round < 40; round += 1) {
    await page.goto(list);
    const open = (await tasks(page)).find((one) => one.href?.includes('/steps/') && !/^(Done|Not needed)/.test(one.status));
    if (!open) return;
    await page.goto(new URL(open.href, list).href);
    const seen = new Set();
    while (page.url().includes('/steps/')) {
      const here = new URL(page.url()).pathname;
      assert.ok(!seen.has(here), `${here} comes back: ${(await page.locator('.govuk-error-summary').allTextContents()).join(' ')}`);
      seen.add(here);
      await look(page);
      await fill(page, answers);
      await saveAndContinue(page);
    }
  }
  assert.fail('the referral is never finished');
}
