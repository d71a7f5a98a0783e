// What a plan says: every step, what would change, what is known only later.
import { h } from './dom.js';

export interface PlanStep { key: string; type: string; line: number; state: string; reason?: string; changes?: { what: string; from?: string; to?: string }[]; steps?: PlanStep[] }
export interface Plan { unchanged: boolean; totals: Record<string, number>; steps: PlanStep[] }

const words: Record<string, [tone: string, text: string]> = {
  wouldChange: ['warn', 'would change'], unchanged: ['good', 'already so'], wouldRun: ['calm', 'would run'], skipped: ['', 'skipped'], knownAfter: ['', 'known later'], decidedAfter: ['', 'decided later'],
  cannotTell: ['', 'cannot tell'], wouldFail: ['bad', 'would fail'],
};

export function planView(plan: Plan): HTMLElement {
  const list = h('ol', { class: 'plan', 'aria-label': 'Plan' });
  const walk = (steps: PlanStep[], depth: number) => {
    for (const step of steps) {
      const [tone, text] = words[step.state] ?? ['', step.state];
      list.append(h('li', { style: `--depth:${depth}`, 'data-step': step.key },
        h('div', { class: 'plan-step' }, h('code', {}, step.key), text ? h('span', { class: `chip ${tone}` }, text) : null),
        step.reason ? h('p', { class: 'soft small' }, step.reason) : null,
        step.changes?.length ? h('pre', {}, step.changes.map(change => change.what + (change.from === undefined && change.to === undefined ? '' : `: ${change.from ?? '–'} → ${change.to ?? '–'}`)).join('\n')) : null));
      walk(step.steps ?? [], depth + 1);
    }
  };
  walk(plan.steps, 0);
  return h('div', {}, plan.unchanged ? h('p', { class: 'note good' }, 'Everything is already so.') : null, list);
}
