// The blueprint editor: text on one side, what the compiler says about it, what it would do and how to start it on the other.
import { ApiError, get, post, type Diagnostic, type Input } from './api.js';
import { app, field, h, show, title, wrong } from './dom.js';
import { InputForm } from './form.js';
import { mark, teach } from './language.js';
import { loadMonaco, type Editor, type Monaco } from './monaco.js';
import { planView, type Plan } from './plan.js';
import { may } from './session.js';

interface Validation { valid: boolean; errors: number; warnings: number; diagnostics: Diagnostic[]; definition?: { name: string; version: number; inputs: Input[] } }

const sample = `blueprint: greeting
description: Says hello.

inputs:
  name: {type: string, default: world, maxLength: 40, description: Whom to greet}

steps:
  - id: greet
    run: echo "hello, $NAME"
    env: {NAME: "\${{ inputs.name }}"}
    effect: idempotent

  - id: rest
    wait: 2s
`;

const name = decodeURIComponent(location.pathname.split('/')[2]!);
const isNew = name === 'new';
const file = () => `${isNew ? known?.name ?? 'blueprint' : name}.yaml`;
/** What the text was when it last had no errors. */
let known: Validation['definition'];
let monaco: Monaco;
let editor: Editor;
let form: InputForm | undefined;
let formFor = '';

const state = h('span', { class: 'chip', id: 'state', role: 'status' }, 'checking');
const heading = h('h1', {}, isNew ? 'New blueprint' : name);
const faults = h('ol', { class: 'faults', 'aria-label': 'What the compiler says' });
const panel = h('div', { class: 'side-body' });
const place = h('div', { class: 'editor', id: 'editor' });
const planButton = h('button', { type: 'button', disabled: true, onclick: () => void showPlan() }, 'Plan');
const runButton = h('button', { type: 'button', class: 'first', disabled: true, onclick: () => showForm() }, 'Run …');
const mayRun = await may('operator');

async function start(): Promise<void> {
  title(isNew ? 'New blueprint' : name);
  let text = sample;
  if (isNew) text = sessionStorage.getItem('blueprint:new') ?? sample;
  else {
    try {
      text = (await get<{ text: string }>(`/api/v1/blueprints/${encodeURIComponent(name)}`)).text;
    } catch (problem) {
      show(h('div', { class: 'wrap' }, wrong(problem), h('p', {}, h('a', { href: '/blueprints' }, 'All blueprints'))));
      return;
    }
  }

  app().classList.add('fill');
  show(h('div', { class: 'work' },
    h('div', { class: 'work-head' }, heading, state, h('div', { class: 'end' }, planButton, mayRun ? runButton : null)),
    h('div', { class: 'work-body' }, place, h('aside', { class: 'side', 'aria-label': 'About this blueprint' }, panel))));
  panel.append(h('h2', {}, 'Problems'), faults);
  monaco = await loadMonaco();
  teach(monaco);
  editor = monaco.editor.create(place, {
    value: text, language: 'yaml', automaticLayout: true, minimap: { enabled: false }, fontSize: 14, lineNumbersMinChars: 3, tabSize: 2, insertSpaces: true, scrollBeyondLastLine: false,
    quickSuggestions: { other: true, strings: true, comments: false }, suggest: { showWords: false }, acceptSuggestionOnCommitCharacter: false, fixedOverflowWidgets: true, ariaLabel: 'Blueprint, YAML', padding: { top: 8 },
    theme: document.documentElement.dataset.theme === 'dark' ? 'orchestrator-dark' : 'vs',
  });
  let soon = 0;
  editor.getModel().onDidChangeContent(() => {
    state.className = 'chip';
    state.textContent = 'checking';
    clearTimeout(soon);
    soon = setTimeout(() => void check(), 250);
  });
  await check();
}

async function check(): Promise<void> {
  const model = editor.getModel();
  const [text, version] = [model.getValue(), model.getVersionId()];
  if (isNew) sessionStorage.setItem('blueprint:new', text);
  let answer: Validation;
  try {
    answer = await post<Validation>('/api/v1/blueprints/validate', { text, file: file() });
  } catch (problem) {
    state.className = 'chip bad';
    state.textContent = 'not checked';
    faults.replaceChildren(h('li', {}, wrong(problem)));
    return;
  }

  // An answer about a text that has changed since is thrown away: the next one is on its way.
  if (model.getVersionId() !== version) return;
  known = answer.definition ?? known;
  mark(monaco, model, answer.diagnostics);
  const { errors, warnings } = answer;
  state.className = `chip ${errors ? 'bad' : warnings ? 'warn' : 'good'}`;
  state.textContent = errors ? count(errors, 'error') : warnings ? count(warnings, 'warning') : 'no problems';
  planButton.disabled = runButton.disabled = errors > 0;
  if (isNew) heading.textContent = known?.name ?? 'New blueprint';
  faults.replaceChildren(...answer.diagnostics.map(fault));
  if (answer.diagnostics.length === 0) faults.append(h('li', { class: 'soft' }, 'The compiler has nothing to say.'));
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

function fault(diagnostic: Diagnostic): HTMLElement {
  const go = () => {
    const position = editor.getModel().getPositionAt(diagnostic.offset);
    editor.setPosition(position);
    editor.revealPositionInCenter(position);
    editor.focus();
  };
  const fixes = (diagnostic.fixes ?? []).map(fix => h('button', { type: 'button', class: 'plain fix', onclick: () => replace(fix.offset, fix.length, fix.replacement) }, fix.title));
  return h('li', { class: diagnostic.severity },
    h('button', { type: 'button', class: 'fault', onclick: go }, h('code', {}, diagnostic.code), h('span', { class: 'soft' }, ` line ${diagnostic.line}`), h('span', { class: 'fault-text' }, diagnostic.message)),
    diagnostic.help ? h('p', { class: 'soft small' }, diagnostic.help) : null, fixes);
}

function replace(offset: number, length: number, text: string): void {
  const model = editor.getModel();
  const [from, to] = [model.getPositionAt(offset), model.getPositionAt(offset + length)];
  editor.executeEdits('fix', [{ range: { startLineNumber: from.lineNumber, startColumn: from.column, endLineNumber: to.lineNumber, endColumn: to.column }, text }]);
  editor.focus();
}

function aside(heading: string, ...content: Node[]): void {
  panel.replaceChildren(h('div', { class: 'side-head' }, h('h2', {}, heading), h('button', { type: 'button', class: 'plain', onclick: problems }, 'Back to problems')), ...content);
}

function problems(): void {
  panel.replaceChildren(h('h2', {}, 'Problems'), faults);
}

/** The form stays what it was while its inputs stay what they are: nothing that was typed in gets lost by an edit elsewhere. */
function inputForm(): InputForm {
  const inputs = known?.inputs ?? [];
  const now = JSON.stringify(inputs);
  if (!form || now !== formFor) [form, formFor] = [new InputForm(inputs), now];
  return form;
}

function showForm(): void {
  const inputs = inputForm();
  const labels = h('input', { id: 'labels', autocomplete: 'off', placeholder: 'key=value, key=value' });
  const trouble = h('div', { 'aria-live': 'polite' });
  const go = h('button', { class: 'first' }, 'Run');
  const made = h('form', { id: 'run-form', onsubmit: event => { event.preventDefault(); void submit(inputs, labels.value, go, trouble); } }, inputs.element, field('Labels', labels, 'To find the run again; may stay empty'), trouble, h('div', { class: 'row-actions' }, go));
  aside('Run it', made);
  made.querySelector<HTMLElement>('input, select, textarea')?.focus();
}

async function submit(inputs: InputForm, labelText: string, go: HTMLButtonElement, trouble: HTMLElement): Promise<void> {
  const values = inputs.read();
  if (!values) return;
  const labels = Object.fromEntries(labelText.split(',').map(part => part.trim()).filter(Boolean).map(part => { const [key, ...rest] = part.split('='); return [key!.trim(), rest.join('=').trim()]; }));
  go.disabled = true;
  trouble.replaceChildren();
  try {
    // A key of this attempt: pressing twice starts one run.
    const run = await post<{ runId: string }>('/api/v1/runs', { text: editor.getModel().getValue(), file: file(), inputs: values, labels, key: crypto.randomUUID() });
    if (isNew) sessionStorage.removeItem('blueprint:new');
    location.assign(`/runs/${run.runId}`);
  } catch (problem) {
    go.disabled = false;
    const rest = problem instanceof ApiError ? inputs.refuse(problem.diagnostics) : [];
    trouble.append(wrong(problem), h('ul', {}, ...rest.map(diagnostic => h('li', {}, diagnostic.message))));
  }
}

async function showPlan(): Promise<void> {
  const inputs = inputForm();
  const result = h('div', { 'aria-live': 'polite' });
  const make = async () => {
    const values = inputs.read();
    if (!values) return;
    result.replaceChildren(h('p', { class: 'loading' }, 'Looking at the targets …'));
    try {
      result.replaceChildren(planView(await post<Plan>('/api/v1/blueprints/plan', { text: editor.getModel().getValue(), file: file(), inputs: values })));
    } catch (problem) {
      const rest = problem instanceof ApiError ? inputs.refuse(problem.diagnostics) : [];
      result.replaceChildren(wrong(problem), h('ul', {}, ...rest.map(diagnostic => h('li', {}, diagnostic.message))));
    }
  };
  aside('Plan', h('p', { class: 'soft' }, 'What would change now. Looks at the targets and changes nothing.'), inputs.element, h('div', { class: 'row-actions' }, h('button', { type: 'button', class: 'first', onclick: () => void make() }, 'Make the plan')), result);
  if ((known?.inputs ?? []).every(input => !input.required || input.default !== undefined)) await make();
}

await start();
