// Who is signed in, tokens for programs, the version, what was refused and changed.
import { call, get, post, query } from './api.js';
import { ask, field, h, show, title, when, wrong } from './dom.js';
import { may, session } from './session.js';

interface Token { id: string; name: string; role: string; token?: string; createdAt: string; createdBy: string; expiresAt?: string; usedAt?: string }
interface AuditLine { number: number; at: string; by: string; action: string; subject?: string; outcome: string; from?: string }

title('Settings');
const [who, isAdmin, about] = await Promise.all([session(), may('admin'), get<{ version: string }>('/api/v1/version')]);
const trouble = h('div', { 'aria-live': 'polite' });
const tokens = h('tbody');
const audit = h('tbody');
const more = h('button', { type: 'button', class: 'plain', onclick: () => void readAudit() }, 'Older lines');
let last: number | undefined;

show(h('div', { class: 'wrap' },
  h('div', { class: 'head' }, h('h1', {}, 'Settings')), trouble,
  h('section', { class: 'card', 'aria-label': 'Session' },
    h('header', {}, h('h2', {}, 'This session'), h('button', { type: 'button', class: 'end', onclick: () => void leave() }, 'Sign out')),
    h('dl', { class: 'facts body' }, ([['Signed in as', who.name], ['Role', who.role], ['Version of the server', about.version]] as const).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))))),
  isAdmin ? tokenCard() : null, isAdmin ? auditCard() : null));

function tokenCard(): HTMLElement {
  return h('section', { class: 'card', 'aria-label': 'Tokens' },
    h('header', {}, h('h2', {}, 'Tokens for programs'), h('button', { type: 'button', class: 'first end', onclick: () => void create() }, 'New token')),
    h('table', { class: 'table stack' }, h('thead', {}, h('tr', {}, ['Name', 'Role', 'Made', 'Last used', 'Ends', ''].map(text => h('th', { scope: 'col' }, text || h('span', { class: 'sr' }, 'Actions'))))), tokens));
}

function auditCard(): HTMLElement {
  return h('section', { class: 'card', 'aria-label': 'Audit', id: 'audit' },
    h('header', {}, h('h2', {}, 'Audit'), h('span', { class: 'soft small' }, 'what was changed by whom, and what was refused')),
    h('table', { class: 'table stack' }, h('thead', {}, h('tr', {}, ['At', 'Who', 'What', 'Outcome', 'From'].map(text => h('th', { scope: 'col' }, text)))), audit),
    more);
}

async function readTokens(): Promise<void> {
  const answer = await get<{ tokens: Token[] }>('/api/v1/tokens');
  tokens.replaceChildren(...answer.tokens.map(token => h('tr', {},
    h('td', { class: 'main' }, token.name), h('td', { 'data-label': 'Role' }, h('span', { class: 'chip plain' }, token.role)), h('td', { 'data-label': 'Made' }, when(token.createdAt)),
    h('td', { 'data-label': 'Last used' }, when(token.usedAt)), h('td', { 'data-label': 'Ends' }, token.expiresAt ? when(token.expiresAt) : h('span', { class: 'soft' }, 'never')),
    h('td', { class: 'end' }, h('button', { type: 'button', class: 'plain', onclick: () => void revoke(token) }, 'Revoke')))));
  if (answer.tokens.length === 0) tokens.replaceChildren(h('tr', {}, h('td', { colspan: 6, class: 'empty' }, 'No program has a token yet.')));
}

async function readAudit(): Promise<void> {
  const answer = await get<{ lines: AuditLine[]; next?: string }>('/api/v1/audit' + query({ limit: 20, before: last }));
  last = answer.lines.at(-1)?.number;
  more.hidden = !answer.next;
  audit.append(...answer.lines.map(line => h('tr', {},
    h('td', { 'data-label': 'At' }, when(line.at)), h('td', { 'data-label': 'Who' }, line.by), h('td', { class: 'main' }, h('span', {}, h('code', {}, line.action), line.subject ? [' ', line.subject] : null)),
    h('td', { 'data-label': 'Outcome' }, line.outcome), h('td', { 'data-label': 'From', class: 'soft' }, line.from ?? ''))));
}

async function create(): Promise<void> {
  const given = await ask('New token', [
    field('Name', h('input', { name: 'name', required: true, maxlength: 80, autocomplete: 'off' }), 'Who or what it is for'),
    field('Role', h('select', { name: 'role' }, h('option', { value: 'viewer' }, 'viewer: sees runs and blueprints'), h('option', { value: 'operator' }, 'operator: starts runs and answers them'), h('option', { value: 'admin' }, 'admin: everything'))),
    field('Ends', h('select', { name: 'days' }, h('option', { value: '90' }, 'in 90 days'), h('option', { value: '365' }, 'in a year'), h('option', { value: '' }, 'never'))),
  ], 'Make it');
  if (!given) return;
  await guarded(async () => {
    const days = Number(given.get('days'));
    const made = await post<Token>('/api/v1/tokens', { name: given.get('name'), role: given.get('role'), ...(days ? { expiresAt: new Date(Date.now() + days * 86400_000).toISOString() } : {}) });
    trouble.replaceChildren(h('div', { class: 'note good' }, h('p', {}, 'This is the only time the token is shown. Keep it now:'), h('pre', { id: 'new-token' }, made.token!)));
    await readTokens();
  });
}

async function revoke(token: Token): Promise<void> {
  if (!await ask(`Revoke ${token.name}?`, [h('p', {}, 'It stops working with the next request.')], 'Revoke', true)) return;
  await guarded(async () => { await call<void>('DELETE', `/api/v1/tokens/${encodeURIComponent(token.id)}`); trouble.replaceChildren(); await readTokens(); });
}

async function leave(): Promise<void> {
  await guarded(async () => { await call<void>('DELETE', '/api/v1/session'); location.assign('/login'); });
}

async function guarded(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (problem) {
    trouble.replaceChildren(wrong(problem));
  }
}

if (isAdmin) await guarded(async () => { await Promise.all([readTokens(), readAudit()]); });
