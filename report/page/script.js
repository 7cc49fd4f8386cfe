'use strict';
(() => {
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);
  const filter = one('.filter');
  const search = one('#search'); // as the rest of the filter, not there where there is no finding
  const fields = { outcome: one('#outcome'), account: one('#account'), status: one('#status') };
  const severities = all('.filter input[type=checkbox]');
  const words = new Map();
  let listed;
  let filtering = false;

  document.documentElement.classList.add('js');

  // Nothing goes through all findings before somebody filters them.
  const findings = () => (listed ||= all('li.finding'));

  // text is what a search looks through, with the headings above a finding.
  const text = (node) => {
    if (!words.has(node)) words.set(node, node ? node.textContent.toLowerCase() : '');
    return words.get(node);
  };
  const above = (li) => {
    const item = li.closest('.item');
    const rule = li.closest('section');
    return [text(li), text(item && item.querySelector('h3')), text(rule && rule.querySelector('h2'))];
  };

  const levels = severities.map((s) => s.value);
  const wanted = (li, query, shown) =>
    levels.some((level) => shown.has(level) && li.classList.contains(level)) &&
    Object.entries(fields).every(([name, field]) => !field || field.value === '' || li.dataset[name] === field.value) &&
    (query.length === 0 || ((places) => query.every((word) => places.some((place) => place.includes(word))))(above(li)));

  const say = (count) => {
    one('#count').textContent = filter.dataset.count.replace('{shown}', count).replace('{all}', filter.dataset.all);
  };

  const apply = () => {
    if (!filter) return;
    const query = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = new Set(severities.filter((s) => s.checked).map((s) => s.value));
    const filtered = query.length > 0 || shown.size < severities.length || Object.values(fields).some((f) => f && f.value !== '');
    if (!filtered && !filtering) { say(filter.dataset.all); return; }
    filtering = filtered;
    let count = 0;
    for (const li of findings()) {
      const on = wanted(li, query, shown);
      li.classList.toggle('off', !on);
      count += on ? 1 : 0;
    }
    const empty = (node) => filtered && !node.querySelector('li.finding:not(.off)');
    for (const item of all('.item')) item.classList.toggle('off', empty(item));
    for (const section of all('section.rule, section.list')) {
      section.classList.toggle('off', empty(section));
      const fold = section.querySelector('details.fold');
      if (fold && filtered && !empty(section)) fold.open = true;
    }
    say(count);
  };

  // The filter stands in the address, so that it can be sent to somebody.
  const save = () => {
    const state = new URLSearchParams();
    if (search.value) state.set('q', search.value);
    const off = severities.filter((s) => !s.checked).map((s) => s.value);
    if (off.length) state.set('without', off.join(','));
    for (const [name, field] of Object.entries(fields)) if (field && field.value) state.set(name, field.value);
    const hash = state.toString();
    history.replaceState(null, '', hash ? '#?' + hash : location.pathname + location.search);
  };

  const load = () => {
    if (!filter || !location.hash.startsWith('#?')) return;
    const state = new URLSearchParams(location.hash.slice(2));
    search.value = state.get('q') || '';
    const off = (state.get('without') || '').split(',');
    for (const s of severities) s.checked = !off.includes(s.value);
    for (const [name, field] of Object.entries(fields)) if (field) field.value = state.get(name) || '';
  };

  // goTo opens what folds the finding of the address, and shows it.
  const goTo = () => {
    if (location.hash.startsWith('#?') || location.hash.length < 2) return;
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest('.off')) reset();
    clear();
    for (let n = target; n; n = n.parentElement) if (n instanceof HTMLDetailsElement) n.open = true;
    target.scrollIntoView();
  };

  // clear keeps what is jumped to from under the filter, where that stays in sight.
  const clear = () => {
    if (!filter) return;
    const above = getComputedStyle(filter).position === 'sticky' ? filter.offsetHeight + 8 + 'px' : '';
    document.documentElement.style.scrollPaddingTop = above;
  };

  const reset = () => {
    search.value = '';
    for (const s of severities) s.checked = true;
    for (const field of Object.values(fields)) if (field) field.value = '';
    apply();
  };

  const copy = async (button, pre) => {
    try {
      await navigator.clipboard.writeText(pre.textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(pre);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand('copy');
    }
    button.textContent = filter.dataset.copied;
    setTimeout(() => { button.textContent = filter.dataset.copy; }, 2000);
  };

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('button.copy');
    if (button) copy(button, button.parentElement.querySelector('pre'));
  });
  if (filter) {
    filter.addEventListener('input', () => { apply(); save(); });
    one('#reset').addEventListener('click', () => { reset(); save(); search.focus(); });
    one('#unfold').addEventListener('click', () => {
      const folds = all('main details');
      const open = folds.some((d) => !d.open);
      for (const d of folds) d.open = open;
    });
    addEventListener('keydown', (event) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (event.key === '/' && !typing) { event.preventDefault(); search.focus(); }
      if (event.key === 'Escape' && event.target === search && search.value) { search.value = ''; apply(); save(); }
    });
    new ResizeObserver(clear).observe(filter);
  }
  addEventListener('hashchange', () => { load(); apply(); goTo(); });
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = all('details:not([open])');
    for (const d of folded) d.open = true;
  });
  addEventListener('afterprint', () => { for (const d of folded) d.open = false; });

  load();
  apply();
  goTo();
})();
