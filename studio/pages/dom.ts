// Elements, and how states, times and durations are written. Text always enters as text, never as HTML.
import { isSignedOut } from './http.js';
import { signInPath } from './session.js';

type Child = Node | string | number | null | undefined | false | Child[];
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

/** Makes an element: `h('a', { href: '/runs', onclick: go }, 'Runs')`. Absent attributes are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  set(made, attributes);
  append(made, children);
  return made;
}

/** The same for a part of a drawing. */
export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  set(made, attributes);
  append(made, children);
  return made;
}

function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

function append(parent: Node, children: Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child !== null && child !== undefined && child !== false) parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** The place that a page fills. */
export const app = () => document.getElementById('app')!;

export function show(...children: Child[]): void {
  const place = app();
  place.replaceChildren();
  append(place, children);
}

export function title(text: string): void {
  document.title = `${text} · Orchestrator`;
}

const tones: Record<string, string> = {
  completed: 'good', failed: 'bad', paused: 'warn', waiting: 'warn', running: 'calm', ready: 'calm', cancelled: '', skipped: '', pending: '', undone: '',
};

/** A state as a chip. */
export function chip(status: string): HTMLElement {
  return h('span', { class: `chip ${tones[status] ?? ''}${status === 'running' ? ' live' : ''}` }, status);
}

export const toneOf = (status: string): string => tones[status] ?? '';

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** An instant, short; the whole of it when pointed at. */
export function when(iso: string | undefined | null): HTMLElement {
  if (!iso) return h('span', { class: 'soft' }, '–');
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return h('time', { datetime: iso, title: whole.format(at), class: 'nowrap' }, (today ? clockTime : dayAndTime).format(at));
}

/** 450 ms, 3.2 s, 4 min 5 s, 2 h 3 min, 5 d 4 h. */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 59.5) return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
  // Rounded before it is split: 14 min 59.6 s are 15 min.
  const whole = Math.round(s);
  const [m, restS] = [Math.floor(whole / 60), whole % 60];
  if (m < 60) return restS ? `${m} min ${restS} s` : `${m} min`;
  const [hours, restM] = [Math.floor(m / 60), m % 60];
  if (hours < 48) return restM ? `${hours} h ${restM} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function between(from: string | undefined, to: string | undefined | null): string {
  return from ? duration((to ? Date.parse(to) : Date.now()) - Date.parse(from)) : '';
}

/** "in 4 min" for what comes, "3 s ago" for what was. */
export function relative(iso: string): string {
  const ahead = Date.parse(iso) - Date.now();
  return ahead >= 0 ? `in ${duration(ahead)}` : `${duration(-ahead)} ago`;
}

/** Asks before something is done; gives what the form holds, or null when the person thought better of it. */
export function ask(heading: string, body: Child[], go: string, danger = false): Promise<FormData | null> {
  return new Promise(done => {
    const form = h('form', { method: 'dialog' },
      h('h2', {}, heading), h('div', { class: 'body' }, ...body),
      h('div', { class: 'foot' }, h('button', { type: 'button', onclick: () => dialog.close() }, 'Leave it'), h('button', { class: danger ? 'danger' : 'first', value: 'go' }, go)));
    const dialog = h('dialog', { 'aria-label': heading }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      done(dialog.returnValue === 'go' ? new FormData(form) : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A labelled control. */
export function field(label: string, control: HTMLElement, hint?: string): HTMLElement {
  control.id ||= 'field-' + label.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  if (hint) control.setAttribute('aria-describedby', control.id + '-hint');
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, hint && h('span', { class: 'hint', id: control.id + '-hint' }, hint));
}

/** Says something that went wrong in a place of the page; and the way on when it is that nobody is signed in any more. */
export function wrong(trouble: unknown): HTMLElement {
  const text = trouble instanceof Error ? trouble.message : String(trouble);
  return h('div', { class: 'note bad', role: 'alert' }, h('p', {}, text, isSignedOut(trouble) ? [' ', h('a', { href: signInPath() }, 'Sign in again')] : null));
}
