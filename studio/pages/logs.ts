// Log lines as they are written. The browser resumes the stream by itself, after the last line it has.
import { h } from './dom.js';

interface LogLine { at: string; step?: string; attempt?: number; level?: string; text: string }

const most = 5000;

export class LogPane {
  readonly element: HTMLElement;
  private readonly lines = h('div', { class: 'log-lines mono', role: 'log', tabindex: '0', 'aria-label': 'Log' });
  private readonly filter = h('input', { type: 'search', placeholder: 'Only lines with …', 'aria-label': 'Only lines with', autocomplete: 'off' });
  private readonly follow = h('input', { type: 'checkbox', id: 'follow', checked: true });
  private readonly none = h('p', { class: 'empty' }, 'No step has written anything yet.');
  private stream: EventSource | undefined;

  constructor(private readonly run: string) {
    this.filter.addEventListener('input', () => { for (const line of this.lines.children) this.sift(line as HTMLElement); });
    this.element = h('div', { class: 'log' }, h('div', { class: 'log-head' }, this.filter, h('label', { for: 'follow' }, this.follow, ' Keep the end in view')), this.none, this.lines);
  }

  start(): void {
    if (this.stream) return;
    const stream = this.stream = new EventSource(`/api/v1/runs/${encodeURIComponent(this.run)}/logs/stream`);
    const heard = (event: MessageEvent<string>) => this.add(JSON.parse(event.data) as LogLine);
    stream.addEventListener('message', heard);
    stream.addEventListener('log', heard);
    stream.addEventListener('end', () => stream.close());
  }

  private add(line: LogLine): void {
    this.none.hidden = true;
    const row = h('div', { class: `log-line ${line.level ?? ''}` }, h('time', { class: 'soft', datetime: line.at }, line.at.slice(11, 23)), ' ', line.step ? h('span', { class: 'log-step' }, line.step) : null, ' ', h('span', { class: 'log-text' }, line.text));
    this.sift(row);
    this.lines.append(row);
    while (this.lines.childElementCount > most) this.lines.firstElementChild!.remove();
    if (this.follow.checked) this.lines.scrollTop = this.lines.scrollHeight;
  }

  private sift(row: HTMLElement): void {
    row.hidden = !row.textContent!.toLowerCase().includes(this.filter.value.trim().toLowerCase());
  }
}
