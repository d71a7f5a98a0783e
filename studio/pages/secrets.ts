// Names of the secrets; their values go in and never come out.
import { call, get } from './api.js';
import { ask, field, h, show, title, wrong } from './dom.js';
import { may } from './session.js';

interface Secret { name: string; reference: string }

title('Secrets');
const body = h('tbody');
const none = h('div', { class: 'empty', hidden: true }, 'No secret is kept here yet.');
const trouble = h('div', { 'aria-live': 'polite' });
const mayChange = await may('admin');

show(h('div', { class: 'wrap' },
  h('div', { class: 'head' }, h('h1', {}, 'Secrets'), mayChange ? h('div', { class: 'end' }, h('button', { type: 'button', class: 'first', onclick: () => void put() }, 'Set a secret')) : null),
  h('p', { class: 'soft' }, 'A blueprint names the secrets it needs under ', h('code', {}, 'secrets:'), '. Values are sealed on disk; no page and no answer shows them.'),
  trouble,
  h('section', { class: 'card', 'aria-label': 'Secrets' },
    h('table', { class: 'table stack' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Name'), h('th', { scope: 'col' }, 'In a blueprint'), h('th', { scope: 'col', class: 'end' }, h('span', { class: 'sr' }, 'Actions')))), body), none)));

async function load(): Promise<void> {
  try {
    const { secrets } = await get<{ secrets: Secret[] }>('/api/v1/secrets');
    body.replaceChildren(...secrets.map(secret => h('tr', {},
      h('td', { class: 'main' }, h('code', {}, secret.name)), h('td', { 'data-label': 'In a blueprint' }, h('code', {}, `${secret.name}: ${secret.reference}`)),
      h('td', { class: 'end' }, mayChange ? [h('button', { type: 'button', class: 'plain', onclick: () => void put(secret.name) }, 'Replace'), h('button', { type: 'button', class: 'plain', onclick: () => void remove(secret.name) }, 'Remove')] : null))));
    none.hidden = secrets.length > 0;
  } catch (problem) {
    trouble.replaceChildren(wrong(problem));
  }
}

async function put(name?: string): Promise<void> {
  const given = await ask(name ? `Replace ${name}` : 'Set a secret', [
    name ? null : field('Name', h('input', { name: 'name', required: true, autocomplete: 'off', spellcheck: 'false', maxlength: 200 }), 'As blueprints name it'),
    field('Value', h('input', { name: 'value', type: 'password', required: true, autocomplete: 'new-password' })),
  ], 'Set');
  if (given) await change('PUT', name ?? String(given.get('name')), { value: String(given.get('value')) });
}

async function remove(name: string): Promise<void> {
  if (await ask(`Remove ${name}?`, [h('p', {}, 'Runs that need it from now on are refused or fail.')], 'Remove', true)) await change('DELETE', name);
}

async function change(method: string, name: string, value?: { value: string }): Promise<void> {
  try {
    trouble.replaceChildren();
    await call<void>(method, `/api/v1/secrets/${name.split('/').map(encodeURIComponent).join('/')}`, value);
    await load();
  } catch (problem) {
    trouble.replaceChildren(wrong(problem));
  }
}

await load();
