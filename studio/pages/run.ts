// One run: where it stands, what each step did when, logs and journal as they come, and what a person may do.
import { get, type JournalEvent, type Run, type Step } from './api.js';
import { runActions, stepActions } from './actions.js';
import { follow, lost, seenAgain } from './connection.js';
import { between, chip, h, relative, show, title, when, wrong } from './dom.js';
import { isSignedOut, mayPass } from './http.js';
import { LogPane, type LogLine } from './logs.js';
import { may } from './session.js';
import { timeline, waitText } from './timeline.js';

const id = decodeURIComponent(location.pathname.split('/')[2]!);
const ended = ['completed', 'failed', 'cancelled'];
const open = new Set<string>();
const events: JournalEvent[] = [];
const logs = new LogPane();
const left = new AbortController();
addEventListener('pagehide', () => left.abort());
// A browser may keep a page that was left and show it again as it was.
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
let run: Run;
let mayAct = false;

const head = h('div', { class: 'head' });
const connection = h('div', { id: 'connection', 'aria-live': 'polite' });
const trouble = h('div', { 'aria-live': 'polite' });
const state = h('div');
const pane = h('div', { role: 'tabpanel', id: 'pane' });
const tabs = ['Steps', 'Logs', 'Journal', 'Inputs and outputs'] as const;
let tab: (typeof tabs)[number] = tabs.find(name => name.toLowerCase() === location.hash.slice(1)) ?? 'Steps';
const tabBar = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'About this run' },
  tabs.map(name => h('button', { type: 'button', role: 'tab', 'aria-controls': 'pane', 'data-tab': name, onclick: () => { tab = name; history.replaceState(null, '', '#' + name.toLowerCase()); drawPane(); } }, name)));

async function start(): Promise<void> {
  title('Run');
  try {
    mayAct = await may('operator');
    run = await get<Run>(`/api/v1/runs/${encodeURIComponent(id)}`);
  } catch (problem) {
    show(h('div', { class: 'wrap' }, h('div', { class: 'head' }, h('h1', {}, 'Run')), wrong(problem), h('p', {}, h('a', { href: '/runs' }, 'All runs'))));
    return;
  }

  title(run.blueprint);
  show(h('div', { class: 'wrap' }, head, connection, trouble, state, h('section', { class: 'card run-card' }, tabBar, pane)));
  draw();
  void listen();
  setInterval(tick, 1000);
}

/** The stream brings journal and log from the beginning and goes on until the run ends, however often the connection is lost; what an event means for the run as a whole, the server says. */
async function listen(): Promise<void> {
  let wasLost = false;
  try {
    await follow(`/api/v1/runs/${run.runId}/events`, { hear, stands }, left.signal);
  } catch (problem) {
    connection.replaceChildren(wrong(problem));
    if (!isSignedOut(problem)) return;
    await seenAgain();
    return listen();
  }

  void refresh();

  function stands(isOpen: boolean): void {
    connection.replaceChildren(...isOpen ? [] : [lost('What stands below may be old.')]);
    if (isOpen && wasLost) void refresh();
    wasLost = !isOpen;
  }
}

function hear(type: string, data: string): void {
  if (type === 'log') logs.add(JSON.parse(data) as LogLine);
  if (type !== 'event') return;
  const event = JSON.parse(data) as JournalEvent;
  // A stream that was opened again may begin at the beginning.
  if (event.seq <= (events.at(-1)?.seq ?? 0)) return;
  events.push(event);
  void refresh();
}

let reading = false, again = false;

/** Reads the run, a few times a second at most. */
async function refresh(): Promise<void> {
  if (reading) { again = true; return; }
  reading = true;
  do {
    again = false;
    try {
      run = await get<Run>(`/api/v1/runs/${run.runId}`);
      draw();
    } catch (problem) {
      // The stream finds the same and says it.
      if (!isSignedOut(problem) && !mayPass(problem)) say(problem);
    }
    await new Promise(done => setTimeout(done, 200));
  } while (again);
  reading = false;
}

function refreshSoon(): void {
  trouble.replaceChildren();
  void get<Run>(`/api/v1/runs/${run.runId}`).then(now => { const wasEnded = ended.includes(run.status); run = now; draw(); if (wasEnded) void listen(); }, say);
}

function say(problem: unknown): void {
  trouble.replaceChildren(wrong(problem));
}

/** Between two events only clocks move. */
function tick(): void {
  for (const time of document.querySelectorAll<HTMLElement>('time[data-relative]')) time.textContent = relative(time.dataset.relative!);
  if (!ended.includes(run.status) && tab === 'Steps' && open.size === 0 && !document.hidden) drawPane();
}

function draw(): void {
  head.replaceChildren(
    h('div', {}, h('h1', {}, run.blueprint), h('span', { class: 'soft mono' }, run.runId)), chip(run.status),
    h('div', { class: 'end' }, mayAct ? runActions(run, refreshSoon, say) : []));
  state.replaceChildren(...[attention(), facts()].filter(part => part !== null));
  drawPane();
}

/** Why it stands still, or what went wrong, before everything else. */
function attention(): HTMLElement | null {
  const held = first(run.steps, step => step.status === 'paused') ?? first(run.steps, step => step.status === 'failed') ?? first(run.steps, step => step.wait?.kind === 'approval' || step.wait?.kind === 'signal');
  if (run.failure) {
    return h('div', { class: `note ${run.status === 'paused' ? 'warn' : 'bad'}`, id: 'attention' },
      h('p', {}, h('strong', {}, run.status === 'paused' ? 'Paused' : 'Failed'), held ? [' at ', h('code', {}, held.key)] : null, ' · ', h('code', {}, run.failure.code)),
      h('p', {}, run.failure.message),
      run.failure.logTail?.length ? h('pre', {}, run.failure.logTail.join('\n')) : null,
      held && mayAct ? h('div', { class: 'row-actions' }, stepActions(run, held, refreshSoon, say)) : null);
  }

  if (run.wait) {
    return h('div', { class: 'note warn', id: 'attention' },
      h('p', {}, h('strong', {}, run.status === 'paused' ? 'Paused: ' : 'Waiting: '), waitText(run.wait)),
      held && mayAct ? h('div', { class: 'row-actions' }, stepActions(run, held, refreshSoon, say)) : null);
  }

  return null;
}

function facts(): HTMLElement {
  const labels = Object.entries(run.labels);
  const fact = (name: string, value: Node | string) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
  return h('section', { class: 'card', 'aria-label': 'Facts' }, h('dl', { class: 'facts body' },
    fact('Blueprint', h('span', {}, h('a', { href: `/blueprints/${encodeURIComponent(run.blueprint)}` }, run.blueprint), ` @${run.version}`)),
    fact('Started', when(run.createdAt)),
    fact(run.completedAt ? 'Took' : 'Running for', between(run.createdAt, run.completedAt)),
    run.completedAt ? fact('Ended', when(run.completedAt)) : fact('Gives up', when(run.deadline.startsWith('9999') ? null : run.deadline)),
    run.parent ? fact('Part of', h('a', { href: `/runs/${run.parent}`, class: 'mono' }, run.parent)) : '',
    labels.length ? fact('Labels', h('span', {}, labels.map(([name, value]) => h('span', { class: 'chip plain' }, value ? `${name}=${value}` : name)))) : ''));
}

function drawPane(): void {
  for (const button of tabBar.querySelectorAll<HTMLElement>('[role=tab]')) button.setAttribute('aria-selected', String(button.dataset.tab === tab));
  if (tab === 'Logs') {
    if (pane.firstChild !== logs.element) pane.replaceChildren(logs.element);
    return;
  }

  const focused = pane.contains(document.activeElement) ? document.activeElement?.closest<HTMLElement>('[data-step]')?.dataset.step : undefined;
  pane.replaceChildren(tab === 'Steps' ? timeline(run, events, open, details, drawPane) : tab === 'Journal' ? journal() : values());
  if (focused) pane.querySelector<HTMLElement>(`[data-step="${CSS.escape(focused)}"] .step-head`)?.focus();
}

function details(step: Step): HTMLElement {
  const fact = (name: string, value: Node | string) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
  const actions = mayAct ? stepActions(run, step, refreshSoon, say) : [];
  return h('div', { class: 'step-details' },
    h('dl', { class: 'facts' },
      fact('Activity', h('code', {}, step.type)), fact('Line', String(step.line)), fact('Attempts', String(step.attempt)), fact('Began', when(step.startedAt)), fact('Ended', when(step.completedAt)),
      step.changed === undefined ? '' : fact('Changed', step.changed ? 'yes' : 'no, it was already so'),
      step.childRun ? fact('Run of its own', h('a', { href: `/runs/${step.childRun}`, class: 'mono' }, step.childRun)) : ''),
    step.failure ? h('div', { class: 'note bad' }, h('p', {}, h('code', {}, step.failure.code), ' · ', step.failure.message), step.failure.logTail?.length ? h('pre', {}, step.failure.logTail.join('\n')) : null) : null,
    step.output !== undefined ? h('div', {}, h('h3', {}, 'Output'), h('pre', {}, JSON.stringify(step.output, null, 2))) : null,
    actions.length ? h('div', { class: 'row-actions' }, actions) : null);
}

function journal(): HTMLElement {
  if (events.length === 0) return h('div', { class: 'empty' }, 'The journal is empty.');
  return h('div', { class: 'scroll' }, h('table', { class: 'table journal' },
    h('thead', {}, h('tr', {}, ['#', 'At', 'Event', 'Step', 'What'].map(text => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, events.map(event => h('tr', {},
      h('td', { class: 'soft' }, event.seq), h('td', {}, when(event.at)), h('td', {}, h('span', { class: `chip plain ${eventTone(event.type)}` }, event.type)),
      h('td', { class: 'mono' }, event.step ?? '', event.attempt && event.attempt > 1 ? h('span', { class: 'soft' }, ` ×${event.attempt}`) : null), h('td', {}, bodyOf(event)))))));
}

const eventTone = (type: string) => /Failed|Paused/.test(type) ? 'bad' : /Completed/.test(type) ? 'good' : /Retry|Polled|Cancel/.test(type) ? 'warn' : /Started/.test(type) ? 'calm' : '';

function bodyOf(event: JournalEvent): HTMLElement | null {
  if (!event.body || Object.keys(event.body).length === 0) return null;
  const text = JSON.stringify(event.body);
  return text.length < 80 ? h('code', {}, text) : h('details', {}, h('summary', { class: 'mono' }, text.slice(0, 70) + ' …'), h('pre', {}, JSON.stringify(event.body, null, 2)));
}

function values(): HTMLElement {
  const block = (name: string, value: unknown) => h('div', { class: 'values' }, h('h3', {}, name), h('pre', {}, JSON.stringify(value ?? {}, null, 2)));
  return h('div', { class: 'body' }, block('Inputs', run.inputs), run.outputs ? block('Outputs', run.outputs) : h('p', { class: 'soft' }, 'Outputs come when the run has completed.'));
}

function first(steps: Step[], fits: (step: Step) => boolean): Step | undefined {
  for (const step of steps) {
    const inner = first(step.steps ?? [], fits);
    if (inner) return inner;
    if (fits(step)) return step;
  }
  return undefined;
}

await start();
