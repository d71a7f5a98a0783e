// The steps of a run as a list with a bar each: when they ran, failed and tried again, waited.
import type { JournalEvent, Run, Step, Wait } from './api.js';
import { between, chip, duration, h, relative, toneOf, when } from './dom.js';

interface Segment { from: number; to: number; tone: string; text: string }

/** What the journal says about when each step did what. */
export function segments(events: JournalEvent[], now: number): Map<string, Segment[]> {
  const all = new Map<string, Segment[]>();
  const begun = new Map<string, number>();
  const waiting = new Map<string, { from: number; text: string }>();
  const add = (key: string, segment: Segment) => all.set(key, [...(all.get(key) ?? []), segment]);
  const endWait = (key: string, at: number) => {
    const wait = waiting.get(key);
    if (wait) add(key, { from: wait.from, to: at, tone: 'warn', text: wait.text });
    waiting.delete(key);
  };

  for (const event of events) {
    const at = Date.parse(event.at);
    const body = event.body ?? {};
    // A step whose turn came and that waits from then on: for the clock, a signal, a person.
    for (const move of (body.moves ?? []) as { scheduled?: string; wait?: { reason: string } }[]) if (move.scheduled && move.wait) waiting.set(move.scheduled, { from: at, text: move.wait.reason });
    const key = event.step;
    if (!key) continue;
    const from = typeof body.started === 'number' ? body.started : begun.get(key) ?? at;
    const waits = waiting.has(key) && !begun.has(key) && typeof body.started !== 'number';
    if (event.type === 'StepStarted') {
      endWait(key, at);
      begun.set(key, at);
      continue;
    }

    const end = (tone: string, text: string) => {
      endWait(key, Math.min(from, at));
      // What only waited ran for no time at all.
      if (!waits) add(key, { from, to: at, tone, text });
      begun.delete(key);
    };
    const failure = (body.failure as { message?: string } | undefined)?.message ?? '';
    const attempt = event.attempt ? `attempt ${event.attempt}` : 'attempt';
    if (event.type === 'StepCompleted') end('good', `${attempt} completed`);
    else if (event.type === 'StepFailed') end('bad', `${attempt} failed: ${failure}`);
    else if (event.type === 'StepPaused') end('bad', `${attempt} failed, paused: ${failure}`);
    else if (event.type === 'StepCancelled') end('', `${attempt} cancelled`);
    else if (event.type === 'StepSkipped') end('', 'skipped by a person');
    else if (event.type === 'StepRetryScheduled') {
      end('bad', `${attempt} failed: ${failure}`);
      waiting.set(key, { from: at, text: 'waiting to try again' });
    } else if (event.type === 'StepPolled') {
      begun.delete(key);
      if (!waiting.has(key)) waiting.set(key, { from, text: String(body.reason ?? 'waiting') });
    }
  }

  for (const [key, wait] of waiting) add(key, { from: wait.from, to: now, tone: 'warn', text: wait.text });
  for (const [key, from] of begun) add(key, { from, to: now, tone: 'calm', text: 'running' });
  return all;
}

/** The list. `open` holds the keys of the rows that show their details. */
export function timeline(run: Run, events: JournalEvent[], open: Set<string>, details: (step: Step) => HTMLElement, redraw: () => void): HTMLElement {
  const now = run.completedAt ? Date.parse(run.completedAt) : Date.now();
  const begin = Date.parse(run.createdAt);
  const span = Math.max(now - begin, 1);
  const known = segments(events, now);
  const list = h('ol', { class: 'steps' });
  const walk = (steps: Step[], depth: number) => {
    for (const step of steps) {
      list.append(row(step, depth, known.get(step.key) ?? own(step, now), begin, span, open, details, redraw));
      walk(step.steps ?? [], depth + 1);
    }
  };
  walk(run.steps, 0);
  return h('div', { class: 'gantt' }, axis(span), list);
}

/** Containers write no events of their own: their bar is their life. */
function own(step: Step, now: number): Segment[] {
  if (!step.startedAt) return [];
  return [{ from: Date.parse(step.startedAt), to: step.completedAt ? Date.parse(step.completedAt) : now, tone: toneOf(step.status), text: step.status }];
}

function axis(span: number): HTMLElement {
  return h('div', { class: 'axis', 'aria-hidden': 'true' }, h('span', {}, 'Step'), h('div', { class: 'ticks' }, [0, 0.25, 0.5, 0.75, 1].map(part => h('span', {}, duration(span * part)))));
}

function row(step: Step, depth: number, parts: Segment[], begin: number, span: number, open: Set<string>, details: (step: Step) => HTMLElement, redraw: () => void): HTMLElement {
  const isOpen = open.has(step.key);
  const toggle = () => { if (!open.delete(step.key)) open.add(step.key); redraw(); };
  const bars = parts.map(part => {
    const left = 100 * Math.min(1, Math.max(0, (part.from - begin) / span));
    const width = 100 * Math.min(1 - left / 100, Math.max(0, (part.to - part.from) / span));
    return h('span', { class: `bar-part ${part.tone}`, style: `left:${left.toFixed(3)}%;width:max(3px,${width.toFixed(3)}%)`, title: `${part.text} (${duration(part.to - part.from)})` });
  });
  const name = step.key.split('/').at(-1)!;
  return h('li', { class: `step ${toneOf(step.status)}`, 'data-step': step.key, 'data-status': step.status },
    h('button', { type: 'button', class: 'step-head', 'aria-expanded': String(isOpen), style: `--depth:${depth}`, title: step.key, onclick: toggle },
      h('span', { class: 'step-name' }, name, step.attempt > 1 ? h('span', { class: 'soft small' }, ` ×${step.attempt}`) : null),
      chip(step.status)),
    h('div', { class: 'track' }, bars),
    h('span', { class: 'took soft small nowrap' }, step.startedAt ? between(step.startedAt, step.completedAt) : ''),
    step.wait ? h('p', { class: 'why small' }, waitText(step.wait)) : step.failure && !step.completedAt ? h('p', { class: 'why small bad' }, step.failure.message) : null,
    isOpen ? details(step) : null);
}

/** "waiting: push permission on …, next in 4 s, gives up in 14 min". */
export function waitText(wait: Wait): HTMLElement {
  return h('span', {}, wait.reason,
    wait.next ? [', looks again ', h('time', { datetime: wait.next, 'data-relative': wait.next }, relative(wait.next))] : null,
    wait.deadline && !wait.deadline.startsWith('9999') ? [', gives up ', h('time', { datetime: wait.deadline, 'data-relative': wait.deadline }, relative(wait.deadline)), ' (', when(wait.deadline), ')'] : null);
}
