'use strict';
// The page is whole without this. With it, the page follows the daemon, acts without a reload and shows logs in place.
// Names and log text come from programs: they reach the page as textContent, dataset and encodeURIComponent only.
(() => {
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => root.querySelectorAll(selector);
const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

const table = $('#processes'), none = $('#none'), filter = $('#filter'), live = $('#live'), notice = $('.status_msg');
const rows = new Map(); // 'group:name' -> tr; tr.said is its description as the daemon put it
for (const tr of $$('[data-name]')) {
  tr.said = $('.description', tr).textContent;
  rows.set(tr.dataset.name, tr);
}

// ---- messages

let clearing;
function say(text, error = false) {
  clearTimeout(clearing);
  notice.textContent = text;
  notice.classList.toggle('error', error);
  if (!error) clearing = setTimeout(() => say('', true), 8000); // an error stays until Escape or the next message
}
if (notice.textContent) {
  say(notice.textContent);
  history.replaceState(null, '', location.pathname); // a reload would say it again
}

// ---- rows

// As the server's rendering has it.
const offers = {
  start: ['STOPPED', 'EXITED', 'FATAL'],
  restart: ['RUNNING'],
  stop: ['RUNNING', 'STARTING', 'BACKOFF'],
};
const looks = { RUNNING: 'statusrunning', FATAL: 'statuserror', BACKOFF: 'statuserror' };

function create(process) {
  const { group, name } = process, namespec = group === name ? name : `${group}:${name}`, url = encodeURIComponent(namespec);
  const tr = $('#row').content.firstElementChild.cloneNode(true);
  tr.dataset.name = `${group}:${name}`;
  const link = $('th a', tr);
  link.href = `tail.html?processname=${url}`;
  link.firstChild.textContent = group === name ? '' : `${group}:`;
  link.append(name);
  $('[name=processname]', tr).value = namespec;
  $('[data-log=stdout]', tr).href = `logtail/${url}`;
  $('[data-log=stderr]', tr).href = `logtail/${url}/stderr`;
  rows.set(tr.dataset.name, tr);
  insert(body(group), tr, '[data-name]', 'name');
  return tr;
}

function body(group) {
  let tbody = [...table.tBodies].find(other => other.dataset.group === group);
  if (!tbody) {
    tbody = document.createElement('tbody');
    tbody.dataset.group = group;
    insert(table, tbody, 'tbody', 'group');
  }
  return tbody;
}

function insert(parent, node, selector, key) {
  const next = [...$$(selector, parent)].find(other => other.dataset[key] > node.dataset[key]);
  parent.insertBefore(node, next ?? null);
}

function update(tr, process) {
  const pill = $('.state', tr), state = process.statename, focused = document.activeElement;
  tr.dataset.state = state;
  tr.dataset.start = process.start;
  tr.said = process.description;
  put(pill, state.toLowerCase());
  pill.className = `state ${looks[state] ?? 'statusnominal'}`;
  put($('.description', tr), tr.said);
  fact($('.health', tr), process.health).dataset.health = process.health;
  fact($('.restarts', tr), process.restarts && `${process.restarts} restart${process.restarts === 1 ? '' : 's'}`);
  if (!process.pid) fact($('.memory', tr), '');
  for (const action in offers) $(`[value=${action}]`, tr).hidden = !offers[action].includes(state);
  if (focused?.hidden && tr.contains(focused)) $('button:not([hidden])', tr).focus(); // else the keyboard starts at the top again
}

function fact(node, text) { // shown where there is something to tell
  put(node, text || '');
  node.hidden = !text;
  return node;
}

function size(bytes) {
  const mega = bytes / 1048576;
  return bytes <= 0 ? '' : mega < 10 ? `${Math.max(.1, mega).toFixed(1)} MB` : mega < 1000 ? `${mega.toFixed(0)} MB` : `${(mega / 1024).toFixed(1)} GB`;
}

function remove(name) {
  const tr = rows.get(name), tbody = tr?.parentNode;
  rows.delete(name);
  tr?.remove();
  if (tbody && !$('[data-name]', tbody)) tbody.remove();
}

// A program alone in a group of its own name needs no heading.
function head(tbody, members) {
  const group = tbody.dataset.group;
  let tr = $('.group', tbody);
  if (members.length === 1 && members[0].dataset.name === `${group}:${group}`) return tr?.remove();
  if (!tr) {
    tr = $('#heading').content.firstElementChild.cloneNode(true);
    tr.firstElementChild.firstChild.textContent = `${group} `;
    $('[name=processname]', tr).value = `${group}:*`;
    tbody.prepend(tr);
  }
  const running = members.filter(member => member.dataset.state === 'RUNNING').length;
  put($('span', tr), `${running} of ${members.length} running`);
}

// ---- what is shown

let shown = ''; // a state, or all
const empty = none.textContent || 'No programs left';

function refresh() {
  const counts = {}, terms = filter.value.toLowerCase().split(/\s+/);
  let visible = 0;
  for (const tbody of table.tBodies) {
    const members = [...$$('[data-name]', tbody)];
    for (const tr of members) {
      const { name, state } = tr.dataset, text = `${name} ${state} ${tr.said}`.toLowerCase();
      counts[state] = (counts[state] ?? 0) + 1;
      tr.hidden = (shown && state !== shown) || !terms.every(term => text.includes(term));
      visible += !tr.hidden;
    }
    tbody.hidden = members.every(tr => tr.hidden);
    head(tbody, members);
  }
  for (const chip of $$('[data-show]')) {
    const state = chip.dataset.show, count = state ? counts[state] ?? 0 : rows.size;
    put($('b', chip), `${count}`);
    chip.hidden = state && !count && state !== shown;
    chip.setAttribute('aria-pressed', state === shown);
  }
  table.hidden = !visible;
  put(none, visible ? '' : rows.size ? 'No program matches' : empty);
  const failing = (counts.FATAL ?? 0) + (counts.BACKOFF ?? 0);
  document.title = `${failing ? `(${failing} failing) ` : ''}Supervisor Status`;
}

filter.addEventListener('input', refresh);
$('.chips').addEventListener('click', event => {
  const chip = event.target.closest('button');
  if (!chip) return;
  shown = chip.dataset.show === shown ? '' : chip.dataset.show;
  refresh();
});

// ---- time: uptimes go on by themselves, on the daemon's clock

let ahead = table.dataset.now - Date.now() / 1000;

function tick() {
  if (document.hidden || document.body.classList.contains('lost')) return;
  const now = Date.now() / 1000 + ahead;
  for (const tr of rows.values()) {
    if (tr.dataset.state !== 'RUNNING' || tr.hidden || !+tr.dataset.start) continue;
    const up = duration(Math.max(0, Math.floor(now - tr.dataset.start)));
    put($('.description', tr), tr.said.replace(/\buptime (\d+ days?, )?\d+:\d\d:\d\d/, `uptime ${up}`));
  }
}

function duration(seconds) { // as Python prints it: 1 day, 2:03:04
  const days = Math.floor(seconds / 86400), two = n => String(n % 60).padStart(2, '0');
  return (days ? `${days} day${days > 1 ? 's' : ''}, ` : '') +
    `${Math.floor(seconds / 3600) % 24}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}

// ---- the stream

let seen = Date.now();

function connect() {
  const events = new EventSource('events');
  events.addEventListener('processes', event => {
    const { now, full, processes, removed } = JSON.parse(event.data), offset = now - Date.now() / 1000;
    // `now` is whole seconds, up to one too few: the largest is the truest, and an uptime never steps back.
    ahead = full ? offset : Math.max(ahead, offset);
    seen = Date.now();
    const kept = new Set(processes.map(({ group, name }) => `${group}:${name}`));
    for (const name of full ? [...rows.keys()].filter(name => !kept.has(name)) : removed) remove(name);
    for (const process of processes) update(rows.get(`${process.group}:${process.name}`) ?? create(process), process);
    refresh();
    tick();
    document.body.classList.remove('lost');
    live.className = 'on';
    put(live, 'Live');
  });
  events.addEventListener('memory', event => {
    for (const [name, bytes] of Object.entries(JSON.parse(event.data))) {
      const tr = rows.get(name);
      if (tr) fact($('.memory', tr), size(bytes));
    }
  });
  events.addEventListener('error', () => {
    document.body.classList.add('lost');
    live.className = '';
    put(live, `Connection lost. This is from ${new Date(seen).toLocaleTimeString()}. Reconnecting…`);
    // The browser tries again when the connection broke, but not when a proxy answered in the daemon's place.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
  });
}

// ---- actions

const ask = $('#ask');
function confirmed(question, answer) {
  put($('p', ask), question);
  put($('[value=yes]', ask), answer);
  ask.returnValue = '';
  ask.showModal();
  return new Promise(resolve => ask.addEventListener('close', () => resolve(ask.returnValue === 'yes'), { once: true }));
}

document.addEventListener('submit', async event => {
  const button = event.submitter;
  if (button?.name !== 'action') return; // a dialog's own
  event.preventDefault();
  if (button.getAttribute('aria-busy')) return;
  const name = $('[name=processname]', event.target)?.value, many = !name || name.endsWith(':*');
  if (many && !button.value.startsWith('start')) {
    const of = name ? ` in group ${name.slice(0, -2)}` : '', count = name ? event.target.closest('tbody').rows.length - 1 : rows.size;
    if (!await confirmed(`${button.textContent}${of}? This concerns ${count} program${count === 1 ? '' : 's'}.`, button.textContent)) return;
  }
  const fields = new URLSearchParams({ action: button.value, token: $('[name=token]', event.target).value });
  if (name) fields.set('processname', name);
  button.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch('index.html', { method: 'POST', headers: { Accept: 'application/json' }, body: fields });
    if (response.status === 403) throw new Error('refused. Load this page again: the daemon may be another one by now');
    if (!response.headers.get('content-type')?.includes('json')) throw new Error(`the daemon answered ${response.status}`);
    const { message, error } = await response.json();
    say(message, error);
  } catch (error) {
    say(`${button.textContent}: ${error.message}`, true);
  }
  button.removeAttribute('aria-busy');
});

// ---- logs

const log = $('#log'), pre = $('pre', log), told = $('p', log), pause = $('#log-pause');
const keep = 2000; // lines; at most twice as many are there
let source, reading, held, paused, partial;

function show(link) {
  const tr = link.closest('[data-name]');
  source = tr ? { stdout: $('[data-log=stdout]', tr).href, stderr: $('[data-log=stderr]', tr).href } : { main: link.href };
  put($('h2', log), tr ? $('[name=processname]', tr).value : link.textContent);
  for (const button of $$('[data-stream]', log)) button.hidden = !tr;
  log.showModal();
  read(tr ? link.dataset.log : 'main');
  pre.focus();
}

async function read(stream) {
  reading?.abort();
  const abort = reading = new AbortController(), decoder = new TextDecoder();
  for (const button of $$('[data-stream]', log)) button.setAttribute('aria-pressed', button.dataset.stream === stream);
  held = partial = '';
  pre.replaceChildren(document.createElement('span')); // the last line, as long as it has no end; whole lines stand before it
  follow(true);
  put(told, 'Opening…');
  try {
    const response = await fetch(source[stream], { signal: abort.signal });
    if (!response.ok) throw new Error(`no log here (${response.status})`);
    put(told, 'Live');
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      held += decoder.decode(value, { stream: true });
      if (paused) held = lines(held).slice(-keep).join('').slice(-1 << 20);
      flush();
    }
    put(told, 'The log has ended');
  } catch (error) {
    if (!abort.signal.aborted) put(told, `The log stopped: ${error.message}`);
  }
}

const lines = text => text.match(/[^\n]*\n|[^\n]+/g) ?? [];
// Colours and other terminal commands go; a carriage return ends a line.
const plain = text => text.replace(/\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[ -/]*[0-~])/g, '').replace(/\r+\n/g, '\n').replace(/\r/g, '\n');

function flush() {
  if (paused) return put(pause, held ? `Resume (${lines(held).length} new)` : 'Resume');
  const text = partial + held, end = text.lastIndexOf('\n') + 1, fresh = lines(text.slice(0, end)).slice(-keep), last = pre.lastChild;
  partial = text.slice(end).slice(-65536); // a line without end must not take all memory
  held = '';
  if (fresh.length) {
    // A block a piece: what is there already is not laid out again.
    const block = document.createElement('div');
    block.textContent = plain(fresh.join(''));
    block.lines = fresh.length;
    last.before(block);
    let count = 0;
    for (const piece of [...pre.children].reverse()) if ((count += piece.lines ?? 0) - (piece.lines ?? 0) >= keep) piece.remove();
  }
  put(last, plain(partial));
  pre.scrollTop = pre.scrollHeight;
}

function follow(on) {
  paused = !on;
  pause.setAttribute('aria-pressed', paused);
  put(pause, on ? 'Pause' : 'Resume');
  flush();
}

pause.addEventListener('click', () => follow(paused));
// Whoever scrolls up wants to read; whoever comes back to the end wants to follow.
pre.addEventListener('scroll', () => {
  const atEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 8;
  if (atEnd === paused) follow(atEnd);
});
log.addEventListener('click', event => { if (event.target.dataset.stream) read(event.target.dataset.stream); });
log.addEventListener('close', () => { if (!log.open) reading.abort(); }); // it comes late: another log may be open by then
document.addEventListener('click', event => {
  const link = event.target.closest('a[data-log]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab shows the plain stream
  event.preventDefault();
  show(link);
});

// ---- keys

document.addEventListener('keydown', event => {
  if ($('dialog[open]') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/' && event.target !== filter) {
    event.preventDefault();
    filter.select();
  } else if (event.key === 'Escape') {
    if (!filter.value && !shown && event.target === filter) filter.blur();
    filter.value = shown = '';
    say('', true);
    refresh();
  }
});

put(live, 'Connecting…');
refresh();
tick();
setInterval(tick, 1000);
connect();
})();
