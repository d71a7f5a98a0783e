// What a person may do with a run, shown only where it applies.
import { ApiError, post, type Run, type Step } from './api.js';
import { ask, field, h } from './dom.js';

const ended = ['completed', 'failed', 'cancelled'];

/** Buttons for the run as a whole. */
export function runActions(run: Run, done: () => void, say: (trouble: unknown) => void): HTMLElement[] {
  const button = (text: string, act: () => Promise<void>, look = '') => h('button', { type: 'button', class: look, onclick: () => void attempt(act, done, say) }, text);
  const buttons: HTMLElement[] = [];
  if (run.status === 'paused') buttons.push(button('Resume', () => send(run, 'resume', {}), 'first'));
  if (run.status === 'failed' || run.status === 'paused') buttons.push(button('Retry', () => send(run, 'retry', {}), run.status === 'failed' ? 'first' : ''));
  if (!ended.includes(run.status)) {
    buttons.push(button('Cancel', async () => {
      const given = await ask('Cancel this run?', [h('p', {}, 'Steps are asked to stop; what stands under `always` still runs.'), field('Reason', h('input', { name: 'reason', autocomplete: 'off' }), 'Kept in the journal')], 'Cancel the run', true);
      if (given) await send(run, 'cancel', { reason: text(given, 'reason') });
    }, 'danger'));
  }

  return buttons;
}

/** Buttons for one step. */
export function stepActions(run: Run, step: Step, done: () => void, say: (trouble: unknown) => void): HTMLElement[] {
  const button = (label: string, act: () => Promise<void>, look = '') => h('button', { type: 'button', class: look, onclick: () => void attempt(act, done, say) }, label);
  if (step.wait?.kind === 'approval') {
    const answer = (approved: boolean) => async () => {
      const given = await ask(approved ? 'Approve?' : 'Deny?', [h('p', {}, step.wait!.reason), field('Comment', h('input', { name: 'comment', autocomplete: 'off' }), 'Kept with the answer')], approved ? 'Approve' : 'Deny', !approved);
      if (given) await send(run, 'approve', { approved, step: step.key, comment: text(given, 'comment') });
    };
    return [button('Approve', answer(true), 'first'), button('Deny', answer(false), 'danger')];
  }

  const buttons: HTMLElement[] = [];
  if (step.status === 'paused' || step.status === 'failed') {
    buttons.push(button('Retry', () => send(run, 'retry', { step: step.key }), 'first'));
    buttons.push(button('Edit input and retry', async () => {
      const given = await ask(`Retry ${step.key} with other inputs`, [field('Inputs', h('textarea', { name: 'inputs', spellcheck: 'false', placeholder: '{ "name": "value" }' }), 'A JSON object with the inputs that change; the others stay')], 'Retry');
      if (given) await send(run, 'retry', { step: step.key, inputs: json(text(given, 'inputs'), true) });
    }));
  }

  if (['paused', 'failed'].includes(step.status) || (step.status === 'waiting' && step.wait?.kind !== 'approval')) {
    buttons.push(button('Skip', async () => {
      const given = await ask(`Take ${step.key} as done?`, [field('Its outputs', h('textarea', { name: 'value', spellcheck: 'false', placeholder: '{ }' }), 'A JSON object that later steps see as its outputs; may stay empty')], 'Skip it');
      if (given) await send(run, 'skip', { step: step.key, value: json(text(given, 'value'), false) });
    }));
  }

  if (step.wait?.kind === 'signal') {
    buttons.push(button('Send the signal', async () => {
      const given = await ask('Send a signal', [field('Name', h('input', { name: 'name', required: true, autocomplete: 'off', value: signalName(step) })), field('Payload', h('textarea', { name: 'payload', spellcheck: 'false' }), 'JSON; may stay empty')], 'Send');
      if (given) await send(run, 'signal', { name: text(given, 'name'), payload: json(text(given, 'payload'), false) });
    }));
  }

  return buttons;
}

async function attempt(act: () => Promise<void>, done: () => void, say: (trouble: unknown) => void): Promise<void> {
  try {
    await act();
    done();
  } catch (trouble) {
    say(trouble);
  }
}

const send = (run: Run, verb: string, body: Record<string, unknown>) => post<void>(`/api/v1/runs/${run.runId}/${verb}`, body);

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim() || undefined;

/** The engine's reasons name the signal: "signal go". */
const signalName = (step: Step) => /signal `?([\w.-]+)/.exec(step.wait?.reason ?? '')?.[1] ?? '';

function json(given: string | undefined, needed: boolean): unknown {
  if (!given) {
    if (needed) throw new ApiError(0, '', 'Nothing was changed: no inputs were given.');
    return undefined;
  }

  try {
    return JSON.parse(given);
  } catch (trouble) {
    throw new ApiError(0, '', `This is not JSON: ${(trouble as Error).message}`);
  }
}
