// Chromium, as people use it: with scripts or without, on a phone or a screen.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { password, repository, username } from './server.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = join(repository, 'e2e/screenshots');

/** Starts the system's Chromium. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
    timeout: 120_000,
  });
}

/** A fresh profile: no cookies of anybody else. */
export async function visitor(browser, { scripts = true, width = 1200, height = 900 } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: scripts, viewport: { width, height }, locale: 'en-GB' });
  context.setDefaultTimeout(30_000);
  context.setDefaultNavigationTimeout(60_000);
  return context;
}

/** Signs in by the pages themselves. */
export async function signIn(context, url, name, secret = password) {
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.fill('input[name=username]', username(name));
  await page.fill('input[name=password]', secret);
  await page.click('main form button');
  await page.waitForURL((at) => !at.pathname.startsWith('/sign-in'));
  return page;
}

/** What axe-core finds wrong with a page, as lines a person can act on. */
export async function accessibility(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const result = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    // GOV.UK Frontend says of a radio whether it opened a question, which screen readers tell and ARIA does not list:
    // https://github.com/alphagov/govuk-frontend/issues/979
    for (const one of result.violations.filter((one) => one.id === 'aria-allowed-attr')) {
      one.nodes = one.nodes.filter((node) => !/^<input class="govuk-radios__input"/.test(node.html));
    }
    return result.violations.filter((one) => one.nodes.length > 0).map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
  });
  return found;
}

/** How many pixels a page is wider than its window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Keeps a picture for whoever looks into a failure. */
export async function picture(page, name) {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true }).catch(() => {});
}
