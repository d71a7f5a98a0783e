// A form made from the schemas of a blueprint's inputs. It gives back the value of each input, as JSON.
import type { Diagnostic, Schema } from './api.js';
import { h } from './dom.js';

interface Entry { name: string; schema: Schema; row: HTMLElement; wrong: HTMLElement; read: () => unknown }

/** A value that was typed in and is not what the input takes. */
class Mistyped extends Error {}

export class InputForm {
  readonly element: HTMLElement;
  private readonly entries: Entry[] = [];

  constructor(inputs: Record<string, Schema>, given: Record<string, unknown> = {}) {
    this.element = h('div', { class: 'inputs' });
    for (const [name, schema] of Object.entries(inputs)) this.element.append(this.add(name, schema, given[name] ?? schema.default));
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

  private add(name: string, schema: Schema, value: unknown): HTMLElement {
    const id = `input-${name}`;
    const { control, read } = controlFor(id, name, schema, value);
    const wrong = h('span', { class: 'wrong', role: 'alert', hidden: true });
    const kind = [schema.secret ? 'secret' : schema.type ?? 'any', schema.required ? 'needed' : ''].filter(Boolean).join(', ');
    const label = h('label', { for: id }, name, ' ', h('span', { class: 'soft small' }, kind));
    const hint = h('span', { class: 'hint' }, describe(schema));
    const isCheck = control instanceof HTMLInputElement && control.type === 'checkbox';
    const row = h('div', { class: isCheck ? 'field check' : 'field' }, isCheck ? [control, label] : [label, control], hint.textContent ? hint : null, wrong);
    this.entries.push({ name, schema, row, wrong, read });
    return row;
  }
}

function describe(schema: Schema): string {
  const parts = [schema.description?.trim()];
  if (schema.minimum !== undefined || schema.maximum !== undefined) parts.push(`${schema.minimum ?? '…'} to ${schema.maximum ?? '…'}`);
  if (schema.pattern) parts.push(`matches ${schema.pattern}`);
  if (schema.maxLength) parts.push(`at most ${schema.maxLength} characters`);
  if (schema.type === 'duration') parts.push('for example 30s, 5m, 2h');
  return parts.filter(Boolean).join(' · ');
}

function controlFor(id: string, name: string, schema: Schema, value: unknown): { control: HTMLElement; read: () => unknown } {
  const type = schema.type ?? 'any';
  if (schema.enum) {
    const choices = schema.enum.map(choice => h('option', { value: JSON.stringify(choice), selected: JSON.stringify(choice) === JSON.stringify(value) }, String(choice)));
    const control = h('select', { id, name }, value === undefined ? h('option', { value: '' }, '') : null, choices);
    return { control, read: () => control.value === '' ? undefined : JSON.parse(control.value) };
  }

  if (type === 'boolean' || type === 'bool') {
    const control = h('input', { id, name, type: 'checkbox', checked: value === true });
    return { control, read: () => control.checked };
  }

  if (schema.secret || type === 'secret') {
    // A secret's default is never sent to a page.
    const control = h('input', { id, name, type: 'password', autocomplete: 'new-password' });
    return { control, read: () => control.value === '' ? undefined : control.value };
  }

  if (['list', 'array', 'map', 'object', 'record', 'any'].includes(type)) {
    const control = h('textarea', { id, name, spellcheck: 'false', rows: 4 }, value === undefined ? '' : JSON.stringify(value, null, 2));
    return { control, read: () => control.value.trim() === '' ? undefined : json(control.value) };
  }

  const isNumber = ['int', 'integer', 'number', 'float', 'port'].includes(type);
  const control = h('input', {
    id, name, type: isNumber ? 'number' : 'text', step: ['number', 'float'].includes(type) ? 'any' : null, min: schema.minimum, max: schema.maximum, maxlength: schema.maxLength,
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
