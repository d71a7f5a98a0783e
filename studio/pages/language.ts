// What the compiler knows while somebody types: faults with their fixes, completion, hover. All of it asked over HTTP; nothing of the language is known here.
import { post, type Diagnostic } from './api.js';
import type { Marker, Model, Monaco, MonacoRange, Position } from './monaco.js';

interface Completions { start: number; length: number; items: { label: string; kind: string; insert: string; detail?: string; documentation?: string }[] }

const kinds: Record<string, string> = {
  key: 'Property', activity: 'Module', input: 'Field', target: 'Reference', value: 'Value', name: 'Variable', function: 'Function',
};

/** Faults of each text, for the quick fixes. */
const found = new WeakMap<Model, Diagnostic[]>();

export function teach(monaco: Monaco): void {
  monaco.languages.registerCompletionItemProvider('yaml', {
    triggerCharacters: [' ', '.', ':', '{', '-', '@'],
    async provideCompletionItems(model: Model, position: Position, _context: unknown, token: { onCancellationRequested(heard: () => void): void }) {
      const answer = await ask<Completions>('complete', model, position, token);
      if (!answer) return { suggestions: [] };
      const range = rangeOf(model, answer.start, answer.length);
      return {
        // The compiler's order is the useful one.
        suggestions: answer.items.map((item, index) => ({
          label: item.label, detail: item.detail, documentation: item.documentation && { value: item.documentation }, sortText: String(index).padStart(5, '0'), filterText: item.label,
          kind: monaco.languages.CompletionItemKind[kinds[item.kind] ?? 'Text'], insertText: item.insert, range,
          command: item.insert.endsWith(': ') ? { id: 'editor.action.triggerSuggest', title: 'More' } : undefined,
        })),
      };
    },
  });
  monaco.languages.registerHoverProvider('yaml', {
    async provideHover(model: Model, position: Position, token: { onCancellationRequested(heard: () => void): void }) {
      const answer = await ask<{ start: number; length: number; documentation?: string }>('hover', model, position, token);
      return answer?.documentation ? { contents: [{ value: answer.documentation }], range: rangeOf(model, answer.start, answer.length) } : null;
    },
  });
  monaco.languages.registerCodeActionProvider('yaml', {
    provideCodeActions(model: Model, range: MonacoRange) {
      const actions = (found.get(model) ?? []).flatMap(diagnostic => touches(rangeOf(model, diagnostic.offset, diagnostic.length), range) ? (diagnostic.fixes ?? []).map((fix, index) => ({
        title: sentence(fix.title), kind: 'quickfix', isPreferred: index === 0, diagnostics: [markerOf(monaco, model, diagnostic)],
        edit: { edits: [{ resource: model.uri, versionId: model.getVersionId(), textEdit: { range: rangeOf(model, fix.offset, fix.length), text: fix.replacement } }] },
      })) : []);
      return { actions, dispose: () => {} };
    },
  });
}

/** Underlines what is wrong. */
export function mark(monaco: Monaco, model: Model, diagnostics: Diagnostic[]): void {
  found.set(model, diagnostics);
  monaco.editor.setModelMarkers(model, 'orchestrator', diagnostics.map(diagnostic => markerOf(monaco, model, diagnostic)));
}

async function ask<T>(what: 'complete' | 'hover', model: Model, position: Position, token: { onCancellationRequested(heard: () => void): void }): Promise<T | null> {
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  try {
    return await post<T>(`/api/v1/blueprints/${what}`, { text: model.getValue(), offset: model.getOffsetAt(position) }, stop.signal);
  } catch {
    // The editor asks at every key: an answer that does not come is no news.
    return null;
  }
}

function markerOf(monaco: Monaco, model: Model, diagnostic: Diagnostic): Marker {
  // Something of no length is still somewhere: one character is underlined.
  return {
    ...rangeOf(model, diagnostic.offset, Math.max(1, diagnostic.length)), severity: diagnostic.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
    message: diagnostic.help ? `${diagnostic.message}\n${diagnostic.help}` : diagnostic.message, code: diagnostic.code,
  };
}

function rangeOf(model: Model, offset: number, length: number): MonacoRange {
  const [from, to] = [model.getPositionAt(offset), model.getPositionAt(offset + length)];
  return { startLineNumber: from.lineNumber, startColumn: from.column, endLineNumber: to.lineNumber, endColumn: to.column };
}

function touches(a: MonacoRange, b: MonacoRange): boolean {
  const before = (line1: number, column1: number, line2: number, column2: number) => line1 < line2 || (line1 === line2 && column1 <= column2);
  return before(a.startLineNumber, a.startColumn, b.endLineNumber, b.endColumn) && before(b.startLineNumber, b.startColumn, a.endLineNumber, a.endColumn);
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
