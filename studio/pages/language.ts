// What the compiler knows while somebody types: faults with their fixes, completion, hover. All of it asked over HTTP; nothing of the language is known here.
import { post, type Diagnostic } from './api.js';
import type { Marker, Model, Monaco, MonacoRange, Position } from './monaco.js';

interface Completion { label: string; kind?: string; detail?: string; documentation?: string; insert?: string; isSnippet?: boolean; offset?: number; length?: number; sort?: string }

const kinds: Record<string, string> = {
  activity: 'Function', key: 'Property', input: 'Field', value: 'Value', enum: 'EnumMember', step: 'Reference', target: 'Module', secret: 'Variable', var: 'Variable', function: 'Function', snippet: 'Snippet',
};

/** Faults of each text, for the quick fixes. */
const found = new WeakMap<Model, Diagnostic[]>();

export function teach(monaco: Monaco, file: () => string): void {
  monaco.languages.registerCompletionItemProvider('yaml', {
    triggerCharacters: [' ', '.', ':', '{', '-', '@'],
    async provideCompletionItems(model: Model, position: Position, _context: unknown, token: { onCancellationRequested(heard: () => void): void }) {
      const answer = await ask<{ items: Completion[] }>('complete', model, position, file(), token);
      const word = model.getWordUntilPosition(position);
      const here: MonacoRange = { startLineNumber: position.lineNumber, endLineNumber: position.lineNumber, startColumn: word.startColumn, endColumn: position.column };
      return {
        suggestions: (answer?.items ?? []).map(item => ({
          label: item.label, detail: item.detail, documentation: item.documentation && { value: item.documentation }, sortText: item.sort,
          kind: monaco.languages.CompletionItemKind[kinds[item.kind ?? ''] ?? 'Text'],
          insertText: item.insert ?? item.label,
          insertTextRules: item.isSnippet ? monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet : undefined,
          range: item.offset === undefined ? here : rangeOf(model, item.offset, item.length ?? 0),
        })),
      };
    },
  });
  monaco.languages.registerHoverProvider('yaml', {
    async provideHover(model: Model, position: Position, token: { onCancellationRequested(heard: () => void): void }) {
      const answer = await ask<{ markdown?: string; offset?: number; length?: number }>('hover', model, position, file(), token);
      return answer?.markdown ? { contents: [{ value: answer.markdown }], range: answer.offset === undefined ? undefined : rangeOf(model, answer.offset, answer.length ?? 0) } : null;
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

async function ask<T>(what: 'complete' | 'hover', model: Model, position: Position, file: string, token: { onCancellationRequested(heard: () => void): void }): Promise<T | null> {
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  try {
    return await post<T>(`/api/v1/blueprints/${what}`, { blueprint: model.getValue(), file, line: position.lineNumber, column: position.column }, stop.signal);
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
