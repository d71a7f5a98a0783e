// The blueprints this server knows.
import { get } from './api.js';
import { h, show, title, wrong } from './dom.js';

interface Row { name: string; version: number; hash: string }

title('Blueprints');
const list = h('div');
const filter = h('input', { type: 'search', placeholder: 'Find …', 'aria-label': 'Find a blueprint', autocomplete: 'off' });
show(h('div', { class: 'wrap' },
  h('div', { class: 'head' }, h('h1', {}, 'Blueprints'), h('div', { class: 'end' }, h('a', { class: 'button first', href: '/blueprints/new' }, 'New blueprint'))),
  list));

try {
  const { blueprints } = await get<{ blueprints: Row[] }>('/api/v1/blueprints');
  const rows = blueprints.map(row => ({ text: row.name.toLowerCase(), element: rowOf(row) }));
  filter.addEventListener('input', () => { for (const row of rows) row.element.hidden = !row.text.includes(filter.value.trim().toLowerCase()); });
  if (rows.length === 0) {
    list.append(h('section', { class: 'card empty' }, h('p', {}, 'No blueprint was submitted yet.'), h('p', {}, h('a', { class: 'button first', href: '/blueprints/new' }, 'Write the first one'))));
  } else {
    list.append(h('section', { class: 'card', 'aria-label': 'Blueprints' },
      h('header', {}, filter),
      h('table', { class: 'table stack' },
        h('thead', {}, h('tr', {}, ['Blueprint', 'Version', 'Content', ''].map(text => h('th', { scope: 'col' }, text || h('span', { class: 'sr' }, 'Links'))))),
        h('tbody', {}, rows.map(row => row.element)))));
  }
} catch (problem) {
  list.append(wrong(problem));
}

function rowOf(row: Row): HTMLElement {
  const name = encodeURIComponent(row.name);
  return h('tr', {},
    h('td', { class: 'main' }, h('div', {}, h('a', { href: `/blueprints/${name}` }, row.name))),
    h('td', { 'data-label': 'Version' }, row.version),
    h('td', { 'data-label': 'Content', class: 'mono soft' }, row.hash.slice(0, 12)),
    h('td', { class: 'end nowrap' }, h('a', { href: `/runs?blueprint=${name}` }, 'Runs')));
}
