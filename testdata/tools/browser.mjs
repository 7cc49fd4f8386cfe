// Opens pages of the report in Chromium: no request, no error, no script but
// ours, nothing that axe objects to, in light and dark, with scripts and without;
// filters, permalinks and printing work. Screenshots stay beside the pages.
//
//	node testdata/tools/browser.mjs MODULES PAGES
//
// MODULES is a folder with playwright-core and axe-core in node_modules. Axe looks
// at the small pages, which have every kind of element: it takes minutes for
// thousands of rows. hostile.html is opened for what it might run.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, folder] = process.argv.slice(2).map((p) => resolve(p));
const require = createRequire(join(modules, 'x.js'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = execFileSync('sh', ['-c', 'command -v chromium']).toString().trim();
const large = new Set(['hostile.html', 'crowd.html']);

let failures = 0;
const check = (ok, what) => {
  if (ok) return;
  failures++;
  console.log('FAILED: ' + what);
};

const pages = readdirSync(folder).filter((f) => f.endsWith('.html'));
check(pages.length >= 6 && [...large].every((name) => pages.includes(name)), `the pages are ${pages}`);

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// open opens a page and notes what it does that it must not do.
async function open(name, options = {}) {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(join(folder, name)).href;
  const label = `${name} ${options.colorScheme || ''}${options.javaScriptEnabled === false ? ' without scripts' : ''}`;
  page.on('console', (m) => check(false, `${label}: console: ${m.text()}`));
  page.on('pageerror', (e) => check(false, `${label}: ${e.message}`));
  page.on('request', (r) => check(r.url() === url, `${label}: request of ${r.url().slice(0, 200)}`));
  page.on('dialog', (d) => { check(false, `${label}: dialog ${d.message()}`); d.dismiss(); });
  const start = performance.now();
  await page.goto(url, { waitUntil: 'load' });
  if (options.javaScriptEnabled !== false) { // else no frame is ever told
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  return { page, context, label, ms: Math.round(performance.now() - start) };
}

async function accessible(page, label) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  for (const v of result.violations) check(false, `${label}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message || n.all[0]?.message || '')).join(' | ')}`);
  check(result.passes === undefined || result.passes.length > 0, `${label}: axe looked at nothing`);
}

const visible = (page) => page.evaluate(() => document.querySelectorAll('li.finding:not(.off)').length);

// timed says how long a part took.
async function timed(what, part) {
  const start = performance.now();
  await part();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

async function look(name) {
  for (const colorScheme of large.has(name) ? ['light'] : ['light', 'dark']) {
    const { page, context, label, ms } = await open(name, { colorScheme });
    if (colorScheme === 'light') console.log(`${name}: ${(statSync(join(folder, name)).size / 1024).toFixed(0)} KiB, ${ms} ms to the second frame`);
    check(await page.locator('script').count() === 1, `${label}: scripts`);
    check(await page.locator('img, iframe, object, embed, form, link').count() === 0, `${label}: an element that loads or sends`);
    if (!large.has(name)) {
      await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
      await accessible(page, label);
    }
    await page.screenshot({ path: join(folder, `${name}.${colorScheme}.png`), fullPage: !large.has(name) });
    await context.close();
  }
}

async function still(name) {
  const { page, context, label } = await open(name, { javaScriptEnabled: false });
  check(!(await page.locator('.filter').isVisible()), `${label}: the filter is there and does nothing`);
  check(await page.locator('.copy:visible').count() === 0, `${label}: there are buttons that do nothing`);
  check(await page.locator('h1').isVisible(), `${label}: no verdict`);
  await context.close();
}

// Narrow screens: nothing but tables, pictures and code scrolls sideways.
async function narrow(name) {
  const { page, context, label } = await open(name, { viewport: { width: 400, height: 800 } });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  check(wide <= 400, `${label}: ${wide} pixels wide on a screen of 400`);
  await page.screenshot({ path: join(folder, `${name}.narrow.png`), fullPage: !large.has(name) });
  await context.close();
}

async function filters() {
  const { page, context, label } = await open('crowd.html');
  check(await visible(page) === 5000, `${label}: ${await visible(page)} findings`);
  check((await page.locator('#count').textContent()).startsWith('5000 '), `${label}: the count says ${await page.locator('#count').textContent()}`);
  await page.keyboard.press('/');
  await page.keyboard.type('rule-4242');
  check(await visible(page) === 1, `${label}: a search for one rule shows ${await visible(page)}`);
  check((await page.locator('#count').textContent()).startsWith('1 '), `${label}: the count says ${await page.locator('#count').textContent()}`);
  await page.keyboard.press('Escape');
  check(await visible(page) === 5000, `${label}: Escape does not clear the search`);
  await page.locator('.filter input[value=critical]').uncheck();
  const fewer = await visible(page);
  check(fewer > 0 && fewer < 5000, `${label}: without critical there are ${fewer}`);
  const address = page.url();
  check(address.includes('#?without=critical'), `${label}: the address is ${address.slice(-60)}`);
  await page.goto('about:blank');
  await page.goto(address);
  check(await visible(page) === fewer, `${label}: the address shows ${await visible(page)}, not ${fewer}`);
  await page.locator('#reset').click();
  check(await visible(page) === 5000, `${label}: not all are shown again`);
  const start = performance.now();
  await page.locator('#search').fill('replicateobject');
  console.log(`crowd.html: a search through 5,000 findings takes ${Math.round(performance.now() - start)} ms`);
  await context.close();
}

async function links() {
  const { page, context, label } = await open('broken.html');
  const fold = () => page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = false; });
  const link = page.locator('details.fold a.anchor').first();
  check(await link.count() === 1, `${label}: nothing that is folded has a link`);
  const id = await link.getAttribute('href', { timeout: 5000 });
  await fold();
  await page.evaluate((hash) => { location.hash = hash; }, id);
  await page.waitForFunction((hash) => document.querySelector(hash).getClientRects().length > 0, id, { timeout: 5000 }).catch(() => check(false, `${label}: ${id} stays folded`));
  await fold();
  await page.locator('button.copy').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('button.copy').textContent === 'Copied', null, { timeout: 5000 }).catch(() => check(false, `${label}: copying says nothing`));
  const pdf = await page.pdf({ path: join(folder, 'broken.html.pdf') });
  check(pdf.length > 10_000, `${label}: a PDF of ${pdf.length} bytes`);
  await page.emulateMedia({ media: 'print' });
  check(!(await page.locator('.filter').isVisible()), `${label}: the filter is printed`);
  await page.screenshot({ path: join(folder, 'broken.html.print.png'), fullPage: true });
  await context.close();
}

for (const name of pages) await timed(`${name}, light and dark`, () => look(name));
await timed('without scripts', async () => { for (const name of pages) if (name !== 'crowd.html') await still(name); });
await timed('narrow', async () => { for (const name of ['broken.html', 'strange.html']) await narrow(name); });
await timed('filters', filters);
await timed('links, copying and printing', links);
await browser.close();
console.log(failures === 0 ? `${pages.length} pages, no failure` : `${failures} failures`);
process.exit(failures === 0 && pages.length > 0 ? 0 : 1);
