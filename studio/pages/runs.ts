// The list of runs: filters in the address, so that a list can be sent to somebody; refreshed while it is looked at.
import { get, query, type RunRow } from './api.js';
import { between, chip, field, h, show, title, when, wrong } from './dom.js';
import { isSignedOut } from './http.js';

const pageSize = 25;
const refreshEvery = 3000;
const statuses = ['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled'];

title('Runs');
const filter = Object.fromEntries(new URLSearchParams(location.search)) as Record<string, string | undefined>;
const pages: (string | undefined)[] = [undefined];

const status = h('select', { id: 'status' }, h('option', { value: '' }, 'Any'), statuses.map(name => h('option', { value: name, selected: filter.status === name }, name)));
const blueprint = h('input', { id: 'blueprint', value: filter.blueprint ?? '', autocomplete: 'off', placeholder: 'Any' });
const label = h('input', { id: 'label', value: filter.label ?? '', autocomplete: 'off', placeholder: 'name=value' });
const text = h('input', { id: 'text', type: 'search', value: filter.text ?? '', autocomplete: 'off', placeholder: 'Id, name, label …' });
const since = h('select', { id: 'since' }, [['', 'Any time'], ['1', 'Last hour'], ['24', 'Last day'], ['168', 'Last week'], ['720', 'Last 30 days']].map(([value, words]) => h('option', { value: value!, selected: filter.hours === value }, words!)));
const body = h('tbody');
const none = h('div', { class: 'empty', hidden: true });
const trouble = h('div');
const newer = h('button', { type: 'button', disabled: true, onclick: () => { pages.pop(); void load(); } }, 'Newer');
const older = h('button', { type: 'button', disabled: true, onclick: () => { pages.push(next); void load(); } }, 'Older');
const form = h('form', { class: 'filters', role: 'search', onsubmit: event => { event.preventDefault(); void search(); } },
  field('Search', text), field('Status', status), field('Blueprint', blueprint), field('Label', label), field('Time', since));
let next: string | undefined;
let latest = 0;
let signedOut = false;

show(h('div', { class: 'wrap' },
  h('div', { class: 'head' }, h('h1', {}, 'Runs'), h('div', { class: 'end' }, h('a', { class: 'button first', href: '/blueprints' }, 'Start one'))),
  h('section', { class: 'card' }, h('div', { class: 'body' }, form)),
  trouble,
  h('section', { class: 'card', 'aria-label': 'Runs' },
    h('table', { class: 'table stack' },
      h('thead', {}, h('tr', {}, ['Run', 'Status', 'Labels', 'Started', 'Took'].map(text => h('th', { scope: 'col' }, text)))),
      body),
    none),
  h('div', { class: 'head', style: 'margin-top:1rem' }, h('div', { class: 'end' }, newer, older))));

for (const control of [status, since]) control.addEventListener('change', search);
let typed = 0;
for (const control of [blueprint, label, text]) control.addEventListener('input', () => { clearTimeout(typed); typed = setTimeout(search, 250); });

async function search(): Promise<void> {
  pages.length = 1;
  history.replaceState(null, '', location.pathname + query({ status: status.value, blueprint: blueprint.value.trim(), label: label.value.trim(), text: text.value.trim(), hours: since.value }));
  await load();
}

async function load(): Promise<void> {
  const mine = ++latest;
  try {
    const from = since.value ? new Date(Date.now() - Number(since.value) * 3600_000).toISOString() : undefined;
    const answer = await get<{ runs: RunRow[]; next?: string }>('/api/v1/runs' + query({
      status: status.value, blueprint: blueprint.value.trim(), label: label.value.trim(), text: text.value.trim(), since: from, before: pages.at(-1), limit: pageSize,
    }));
    if (mine !== latest) return;
    signedOut = false;
    trouble.replaceChildren();
    body.replaceChildren(...answer.runs.map(row));
    next = answer.next ? answer.runs.at(-1)?.runId : undefined;
    newer.disabled = pages.length === 1;
    older.disabled = !next;
    none.hidden = answer.runs.length > 0;
    none.textContent = location.search ? 'No run fits.' : 'Nothing ran yet.';
  } catch (problem) {
    if (mine !== latest) return;
    signedOut = isSignedOut(problem);
    trouble.replaceChildren(wrong(problem));
  }
}

function row(run: RunRow): HTMLElement {
  const attention = run.attention ? h('div', { class: 'soft small' }, run.attention) : null;
  return h('tr', {},
    h('td', { class: 'main' }, h('div', {}, h('a', { href: `/runs/${run.runId}` }, run.blueprint), ' ', h('span', { class: 'soft mono' }, run.runId), attention)),
    h('td', { 'data-label': 'Status' }, chip(run.status)),
    h('td', { 'data-label': 'Labels' }, h('span', {}, Object.entries(run.labels).map(([name, value]) => h('span', { class: 'chip plain' }, value ? `${name}=${value}` : name)))),
    h('td', { 'data-label': 'Started' }, when(run.createdAt)),
    h('td', { 'data-label': 'Took', class: 'nowrap' }, between(run.createdAt, run.completedAt)));
}

await load();
setInterval(() => { if (!document.hidden && pages.length === 1 && !signedOut) void load(); }, refreshEvery);
// Somebody may have signed in in another window.
document.addEventListener('visibilitychange', () => { if (!document.hidden && signedOut) void load(); });
