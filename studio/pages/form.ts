// A form made from the schemas of a blueprint's inputs. It gives back the value of each input, as JSON.
import type { Diagnostic, Input } from './api.js';
import { h } from './dom.js';

interface Entry { name: string; schema: Input; row: HTMLElement; wrong: HTMLElement; read: () => unknown }

/** A value that was typed in and is not what the input takes. */
class Mistyped extends Error {}

export class InputForm {
  readonly element: HTMLElement;
  private readonly entries: Entry[] = [];

  constructor(inputs: Input[]) {
    this.element = h('div', { class: 'inputs' });
    for (const input of inputs) this.element.append(this.add(input));
    if (this.entries.length === 0) this.element.append(h('p', { class: 'soft' }, 'This blueprint takes no inputs.'));
  }

  /** The values, without those left empty; null when one of them is wrong, which the form then shows. */
  read(): Record<string, unknown> | null {
    const values: Record<string, unknown> = {};
    let first: HTMLElement | null = null;
    for (const entry of this.entries) {
      this.mark(entry, '');
      try {
        const value = entry.read();
        if (value !== undefined) values[entry.name] = value;
        else if (entry.schema.required) throw new Mistyped('This is needed.');
      } catch (trouble) {
        if (!(trouble instanceof Mistyped)) throw trouble;
        this.mark(entry, trouble.message);
        first ??= entry.row;
      }
    }

    first?.querySelector<HTMLElement>('input, select, textarea')?.focus();
    return first ? null : values;
  }

  /** Shows what the server refused, each beside the input it names; gives back what names none. */
  refuse(diagnostics: Diagnostic[]): Diagnostic[] {
    return diagnostics.filter(diagnostic => {
      const entry = this.entries.find(entry => new RegExp(`(^|[^\\w])(inputs\\.)?${entry.name}([^\\w]|$)`).test(diagnostic.message));
      if (entry) this.mark(entry, diagnostic.message);
      return !entry;
    });
  }

  private mark(entry: Entry, text: string): void {
    entry.wrong.textContent = text;
    entry.wrong.hidden = !text;
    entry.row.querySelector('input, select, textarea')?.setAttribute('aria-invalid', String(!!text));
  }

  private add(schema: Input): HTMLElement {
    const { name } = schema;
    const id = `input-${name}`;
    const { control, read } = controlFor(id, schema);
    const wrong = h('span', { class: 'wrong', role: 'alert', hidden: true });
    const kind = [schema.secret ? 'secret' : schema.enum ? 'one of' : schema.type, schema.required ? 'needed' : ''].filter(Boolean).join(', ');
    const label = h('label', { for: id }, name, ' ', h('span', { class: 'soft small' }, kind));
    const hint = h('span', { class: 'hint' }, describe(schema));
    const isCheck = control instanceof HTMLInputElement && control.type === 'checkbox';
    const row = h('div', { class: isCheck ? 'field check' : 'field' }, isCheck ? [control, label] : [label, control], hint.textContent ? hint : null, wrong);
    this.entries.push({ name, schema, row, wrong, read });
    return row;
  }
}

function describe(schema: Input): string {
  const parts = [schema.description?.trim()];
  if (schema.min !== undefined || schema.max !== undefined) parts.push(`${schema.min ?? '…'} to ${schema.max ?? '…'}`);
  if (schema.pattern) parts.push(`matches ${schema.pattern}`);
  if (schema.maxLength) parts.push(`at most ${schema.maxLength} characters`);
  if (schema.format === 'duration') parts.push('for example 30s, 5m, 2h');
  return parts.filter(Boolean).join(' · ');
}

function controlFor(id: string, schema: Input): { control: HTMLElement; read: () => unknown } {
  const { name, kind, default: value } = schema;
  if (schema.enum) {
    const choices = schema.enum.map(choice => h('option', { value: JSON.stringify(choice), selected: JSON.stringify(choice) === JSON.stringify(value) }, String(choice)));
    const control = h('select', { id, name }, value === undefined ? h('option', { value: '' }, '') : null, choices);
    return { control, read: () => control.value === '' ? undefined : JSON.parse(control.value) };
  }

  if (kind === 'bool') {
    const control = h('input', { id, name, type: 'checkbox', checked: value === true });
    return { control, read: () => control.checked };
  }

  if (schema.secret) {
    // A secret's default is never sent to a page.
    const control = h('input', { id, name, type: 'password', autocomplete: 'new-password' });
    return { control, read: () => control.value === '' ? undefined : control.value };
  }

  if (['list', 'map', 'object', 'any'].includes(kind)) {
    const control = h('textarea', { id, name, spellcheck: 'false', rows: 4 }, value === undefined ? '' : JSON.stringify(value, null, 2));
    return { control, read: () => control.value.trim() === '' ? undefined : json(control.value) };
  }

  const isNumber = kind === 'int' || kind === 'number';
  const control = h('input', {
    id, name, type: isNumber ? 'number' : 'text', step: kind === 'number' ? 'any' : null, min: schema.min, max: schema.max, maxlength: schema.maxLength,
    autocomplete: 'off', spellcheck: 'false', value: value === undefined || value === null ? null : String(value),
  });
  return {
    control,
    read: () => {
      if (!control.validity.valid) throw new Mistyped(control.validationMessage);
      return control.value === '' ? undefined : isNumber ? Number(control.value) : control.value;
    },
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (trouble) {
    throw new Mistyped(`This is not JSON: ${(trouble as Error).message}`);
  }
}
