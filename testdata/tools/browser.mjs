// Opens pages of the report in Chromium: no request, no error, no script but
// ours, nothing that axe objects to, in light and dark, with scripts and without;
// filters, permalinks and printing work. Screenshots stay beside the pages.
//
//	node testdata/tools/browser.mjs MODULES PAGES
//
// MODULES is a folder with playwright-core and axe-core in node_modules.
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

let failures = 0;
const check = (ok, what) => {
  if (ok) return;
  failures++;
  console.log('FAILED: ' + what);
};

const pages = readdirSync(folder).filter((f) => f.endsWith('.html'));
check(pages.length >= 5, `there are ${pages.length} pages`);

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
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))).catch(() => {});
  return { page, context, label, ms: Math.round(performance.now() - start) };
}

async function accessible(page, label) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  for (const v of result.violations) check(false, `${label}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message || n.all[0]?.message || '')).join(' | ')}`);
  check(result.passes === undefined || result.passes.length > 0, `${label}: axe looked at nothing`);
}

const visible = (page) => page.locator('li.finding:not(.off)').count();

for (const name of pages) {
  const size = statSync(join(folder, name)).size;
  for (const colorScheme of name === 'crowd.html' ? ['light'] : ['light', 'dark']) {
    const { page, context, label, ms } = await open(name, { colorScheme });
    if (colorScheme === 'light') console.log(`${name}: ${(size / 1024).toFixed(0)} KiB, ${ms} ms to the second frame`);
    check(await page.locator('script').count() === 1, `${label}: scripts`);
    check(await page.locator('img, iframe, object, embed, form, link').count() === 0, `${label}: an element that loads or sends`);
    if (name !== 'crowd.html' && !(name === 'hostile.html' && colorScheme === 'dark')) { // thousands of elements take axe minutes
      await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
      await accessible(page, label);
    }
    await page.screenshot({ path: join(folder, `${name}.${colorScheme}.png`), fullPage: name !== 'crowd.html' && name !== 'hostile.html' });
    await context.close();
  }
  if (name === 'crowd.html') continue;
  const still = await open(name, { javaScriptEnabled: false });
  check(!(await still.page.locator('.filter').isVisible()), `${still.label}: the filter is there and does nothing`);
  check(await still.page.locator('h1').isVisible(), `${still.label}: no verdict`);
  await still.context.close();
}

// Narrow screens: nothing but tables, pictures and code scrolls sideways.
for (const name of ['broken.html', 'hostile.html']) {
  const { page, context, label } = await open(name, { viewport: { width: 360, height: 700 } });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  check(wide <= 360, `${label}: ${wide} pixels wide on a screen of 360`);
  await context.close();
}

// Filters, permalinks, the keyboard.
{
  const { page, context, label } = await open('crowd.html');
  const all = await visible(page);
  check(all === 5000, `${label}: ${all} findings`);
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
{
  const { page, context, label } = await open('broken.html');
  const link = page.locator('details.fold a.anchor').first();
  const id = (await link.count()) ? (await link.getAttribute('href')) : await page.locator('a.anchor').last().getAttribute('href');
  await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = false; });
  await page.evaluate((hash) => { location.hash = hash; }, id);
  await page.waitForFunction((hash) => document.querySelector(hash).getClientRects().length > 0, id, { timeout: 5000 }).catch(() => check(false, `${label}: ${id} stays folded`));
  await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = false; });
  await page.locator('button.copy').first().click();
  check(await page.locator('button.copy').first().textContent() === 'Copied', `${label}: copying says nothing`);
  const pdf = await page.pdf();
  check(pdf.length > 10_000, `${label}: a PDF of ${pdf.length} bytes`);
  await context.close();
}
await browser.close();
console.log(failures === 0 ? `${pages.length} pages, no failure` : `${failures} failures`);
process.exit(failures === 0 && pages.length > 0 ? 0 : 1);
