// What a plan says: every step, what would change, what is known only later.
import { h } from './dom.js';

export interface PlanStep { key: string; type?: string; name?: string; action?: string; change?: string; summary?: string; detail?: string; changes?: string[]; steps?: PlanStep[]; failure?: { code: string; message: string } }
export interface Plan { steps: PlanStep[] }

const words: Record<string, [tone: string, text: string]> = {
  change: ['warn', 'would change'], none: ['good', 'already so'], unchanged: ['good', 'already so'], unknown: ['', 'known later'], run: ['calm', 'would run'], skip: ['', 'skipped'], fail: ['bad', 'would fail'],
};

export function planView(plan: Plan): HTMLElement {
  const list = h('ol', { class: 'plan', 'aria-label': 'Plan' });
  const walk = (steps: PlanStep[], depth: number) => {
    for (const step of steps) {
      const [tone, text] = words[step.action ?? ''] ?? ['', step.action ?? ''];
      list.append(h('li', { style: `--depth:${depth}`, 'data-step': step.key },
        h('div', { class: 'plan-step' }, h('code', {}, step.key), text ? h('span', { class: `chip ${tone}` }, text) : null),
        [step.summary ?? step.change ?? step.detail, step.failure?.message].filter(Boolean).map(line => h('p', { class: 'soft small' }, line!)),
        step.changes?.length ? h('pre', {}, step.changes.join('\n')) : null));
      walk(step.steps ?? [], depth + 1);
    }
  };
  walk(plan.steps, 0);
  return list;
}
