// Opens pages of the report in Chromium: no request, no error, no script but
// ours, nothing that axe objects to, in light and dark, with scripts and without;
// filters, permalinks and printing work. Screenshots stay beside the pages.
//
//	node testdata/tools/browser.mjs MODULES PAGES [PART...]
//
// PART is one of those at the end, in place of all of them.
//
// MODULES is a folder with playwright-core and axe-core in node_modules. Axe looks
// at the small pages, which have every kind of element: it takes minutes for
// thousands of rows. hostile.html is opened for what it might run.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, folder] = process.argv.slice(2, 4).map((p) => resolve(p));
const parts = process.argv.slice(4);
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
  if (parts.length > 0 && !parts.includes(what)) return;
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

// torn are the words that break inside: no hyphen, no space, and no piece of code.
const torn = (page, selector) => page.evaluate((selector) => Array.from(document.querySelectorAll(selector)).flatMap((cell) => {
  const all = [];
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    for (const word of node.textContent.matchAll(/[\p{L}\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set(Array.from(range.getClientRects(), (r) => Math.round(r.top))).size > 1) all.push(word[0]);
    }
  }
  return all;
}), selector);

// Narrow screens: nothing but pictures and code scrolls sideways, and no table is cut.
async function narrow(name) {
  const { page, context, label } = await open(name, { viewport: { width: 390, height: 800 } });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  check(wide <= 390, `${label}: ${wide} pixels wide on a screen of 390`);
  await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
  const cut = await page.evaluate(() => Array.from(document.querySelectorAll('.scroll table')).filter((t) => t.scrollWidth > t.parentElement.clientWidth).map((t) => t.caption.textContent));
  check(cut.length === 0, `${label}: cut on a narrow screen: ${cut.join(', ')}`);
  const words = await torn(page, '.matrix th, .matrix td, table.sources th, table.sources td');
  check(large.has(name) || name === 'strange.html' || words.length === 0, `${label}: broken words: ${words.slice(0, 5)}`);
  if (name === 'broken.html') await accessible(page, label);
  await page.screenshot({ path: join(folder, `${name}.narrow.png`), fullPage: !large.has(name) });
  await context.close();
}

// Screens between: where there is room no word of the table of rules breaks.
async function middling() {
  const { page, context, label } = await open('named.html');
  for (const width of [1280, 1000, 950, 900, 800]) {
    await page.setViewportSize({ width, height: 900 });
    const words = await torn(page, 'table.rules th, table.rules td:not(.bucket)');
    check(words.length === 0, `${label}: broken words at ${width} pixels: ${words}`);
  }
  check(await page.locator('table.rules tbody th').count() > 0, `${label}: no rules`);
  await context.close();
}

// A page of which nothing can be filtered has no filter, and its links work.
async function bare(name) {
  const { page, context, label } = await open(name);
  check(await visible(page) === 0, `${label}: ${await visible(page)} findings`);
  check(await page.locator('.filter').count() === 0, `${label}: a filter for nothing`);
  await page.evaluate(() => { location.hash = '#?q=nothing'; });
  await page.keyboard.press('/');
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  check(await page.locator('details:not([open])').count() === 0, `${label}: something stays folded in print`);
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

// shownInPrint is how many findings paper has.
const shownInPrint = (page) => page.evaluate(() => Array.from(document.querySelectorAll('li.finding')).filter((li) => li.checkVisibility()).length);

// Paper has all, whatever the filter shows, and says so.
async function printed() {
  const { page, context, label } = await open('broken.html');
  const all = await visible(page);
  await page.locator('#search').fill('orders-copy');
  const some = await visible(page);
  check(some > 0 && some < all, `${label}: the filter shows ${some} of ${all}`);
  for (const how of ['a filter', 'the address of a filter']) {
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    check(await shownInPrint(page) === all, `${label}: ${how} prints ${await shownInPrint(page)} of ${all} findings`);
    check((await page.locator('.printed').innerText()).includes(` ${all} `), `${label}: ${how}: paper says ${await page.locator('.printed').innerText()}`);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await page.emulateMedia({ media: 'screen' });
    check(await visible(page) === some, `${label}: printing ends ${how}`);
    check(!(await page.locator('.printed').isVisible()), `${label}: the screen says what is printed`);
    await page.reload();
  }
  const loose = await page.evaluate(() => ['h1', 'h2', 'h3', 'summary', 'caption'].filter((name) => !Array.from(document.styleSheets[0].cssRules).some((rule) =>
    rule.media?.mediaText === 'print' && Array.from(rule.cssRules).some((r) => r.selectorText?.split(', ').includes(name) && r.style.breakAfter === 'avoid'))));
  check(loose.length === 0, `${label}: ${loose} may end a page`);
  await context.close();
}

// A link shows what it names below the filter, and also what the filter hides.
async function jumps() {
  const { page, context, label } = await open('broken.html');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const targets = await page.evaluate(() => Array.from(document.querySelectorAll('main a[href^="#"]:not(.anchor)'), (a) => a.getAttribute('href')));
  check(targets.some((t) => t.startsWith('#n')) && targets.some((t) => t.startsWith('#rule-')), `${label}: the links are ${targets}`);
  for (const width of [1280, 700]) {
    await page.setViewportSize({ width, height: 400 });
    for (const target of new Set(targets)) {
      for (const query of ['', 'zzzz']) {
        await page.evaluate(() => scrollTo(0, 0));
        await page.locator('#search').fill(query);
        await page.locator(`main a[href="${target}"]`).first().click();
        const where = () => page.evaluate((target) => {
          const to = document.querySelector(target).getBoundingClientRect();
          return { top: to.top, height: to.height, bar: document.querySelector('.filter').getBoundingClientRect().bottom };
        }, target);
        await page.waitForFunction((target) => document.querySelector(target).getClientRects().length > 0, target, { timeout: 2000 })
          .catch(() => check(false, `${label}: ${target} stays hidden by the filter`));
        const { top, height, bar } = await where();
        check(height === 0 || top >= bar && top < 400, `${label}: ${target} is at ${top}, the filter ends at ${bar} (${width} pixels)`);
      }
    }
  }
  await context.close();
}

// contrast is that of two colours as CSS has them.
function contrast(...colours) {
  const light = colours.map((c) => {
    const [r, g, b] = c.match(/[\d.]+/g).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  return (Math.max(...light) + 0.05) / (Math.min(...light) + 0.05);
}

async function placeholder() {
  for (const colorScheme of ['light', 'dark']) {
    const { page, context, label } = await open('broken.html', { colorScheme });
    const [text, ground] = await page.evaluate(() => {
      const search = document.querySelector('#search');
      return [getComputedStyle(search, '::placeholder').color, getComputedStyle(search).backgroundColor];
    });
    check(contrast(text, ground) >= 4.5, `${label}: the words in the search field have a contrast of ${contrast(text, ground).toFixed(1)}`);
    await context.close();
  }
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

for (const name of pages) if (name !== 'named.html') await timed(`${name}, light and dark`, () => look(name)); // as broken.html
await timed('without scripts', async () => { for (const name of pages) if (!['crowd.html', 'named.html'].includes(name)) await still(name); });
await timed('narrow', async () => { for (const name of ['broken.html', 'lived.html', 'strange.html']) await narrow(name); });
await timed('middling', middling);
await timed('bare', async () => { for (const name of ['clean.html', 'empty.html']) await bare(name); });
await timed('filters', filters);
await timed('printed', printed);
await timed('jumps', jumps);
await timed('placeholder', placeholder);
await timed('links, copying and printing', links);
await browser.close();
console.log(failures === 0 ? `${pages.length} pages, no failure` : `${failures} failures`);
process.exit(failures === 0 && pages.length > 0 ? 0 : 1);
