// Log lines as they are written.
import { h } from './dom.js';

export interface LogLine { number: number; at: string; step: string; attempt: number; line: string }

const most = 5000;

export class LogPane {
  readonly element: HTMLElement;
  private readonly lines = h('div', { class: 'log-lines mono', role: 'log', tabindex: '0', 'aria-label': 'Log' });
  private readonly filter = h('input', { type: 'search', placeholder: 'Only lines with …', 'aria-label': 'Only lines with', autocomplete: 'off' });
  private readonly follow = h('input', { type: 'checkbox', id: 'follow', checked: true });
  private readonly none = h('p', { class: 'empty' }, 'No step has written anything yet.');
  private last = 0;

  constructor() {
    this.filter.addEventListener('input', () => { for (const line of this.lines.children) this.sift(line as HTMLElement); });
    this.element = h('div', { class: 'log' }, h('div', { class: 'log-head' }, this.filter, h('label', { for: 'follow' }, this.follow, ' Keep the end in view')), this.none, this.lines);
  }

  add(line: LogLine): void {
    // A stream that was opened again begins at the beginning.
    if (line.number <= this.last) return;
    this.last = line.number;
    this.none.hidden = true;
    const row = h('div', { class: 'log-line' }, h('time', { class: 'soft', datetime: line.at }, line.at.slice(11, 23)), ' ', h('span', { class: 'log-step' }, line.step), ' ', h('span', { class: 'log-text' }, line.line));
    this.sift(row);
    this.lines.append(row);
    while (this.lines.childElementCount > most) this.lines.firstElementChild!.remove();
    if (this.follow.checked) this.lines.scrollTop = this.lines.scrollHeight;
  }

  private sift(row: HTMLElement): void {
    row.hidden = !row.textContent!.toLowerCase().includes(this.filter.value.trim().toLowerCase());
  }
}
