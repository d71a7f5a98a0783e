// The Monaco that Studio ships, with the little of its shape that we use.

export interface Position { lineNumber: number; column: number }
export interface MonacoRange { startLineNumber: number; startColumn: number; endLineNumber: number; endColumn: number }
export interface Marker extends MonacoRange { severity: number; message: string; code?: string | { value: string; target: unknown }; source?: string }
export interface Model {
  getValue(): string; setValue(text: string): void; getPositionAt(offset: number): Position; getOffsetAt(position: Position): number; getVersionId(): number;
  onDidChangeContent(heard: () => void): void; uri: unknown;
  getWordUntilPosition(position: Position): { word: string; startColumn: number; endColumn: number };
}
export interface Editor {
  getModel(): Model; setPosition(position: Position): void; revealPositionInCenter(position: Position): void; focus(): void; layout(): void; trigger(source: string, command: string, payload: unknown): void;
  addCommand(keys: number, act: () => void): void;
}
export interface Monaco {
  editor: { create(place: HTMLElement, options: object): Editor; createModel(text: string, language: string): Model; setModelMarkers(model: Model, owner: string, markers: Marker[]): void; setTheme(name: string): void; defineTheme(name: string, theme: object): void };
  languages: {
    registerCompletionItemProvider(language: string, provider: object): void; registerHoverProvider(language: string, provider: object): void; registerCodeActionProvider(language: string, provider: object): void;
    CompletionItemKind: Record<string, number>; CompletionItemInsertTextRule: { InsertAsSnippet: number };
  };
  MarkerSeverity: { Error: number; Warning: number };
  KeyMod: { CtrlCmd: number }; KeyCode: { KeyS: number };
  Uri: { parse(text: string): unknown };
}
interface Loader { (names: string[], got: () => void, failed: (trouble: Error) => void): void; config(options: object): void }

const folder = '/studio/_content/BlazorMonaco/lib/monaco-editor/min/vs';

/** Loads the editor. */
export function loadMonaco(): Promise<Monaco> {
  return new Promise((done, failed) => {
    const loader = document.createElement('script');
    loader.src = `${folder}/loader.js`;
    loader.addEventListener('error', () => failed(new Error('The editor could not be loaded.')));
    loader.addEventListener('load', () => {
      const page = window as unknown as { require: Loader; monaco: Monaco };
      page.require.config({ paths: { vs: folder } });
      page.require(['vs/editor/editor.main'], () => {
        const { monaco } = page;
        monaco.editor.defineTheme('orchestrator-dark', { base: 'vs-dark', inherit: true, rules: [], colors: { 'editor.background': '#18191b' } });
        const dress = () => monaco.editor.setTheme(document.documentElement.dataset.theme === 'dark' ? 'orchestrator-dark' : 'vs');
        dress();
        document.addEventListener('theme', dress);
        done(monaco);
      }, failed);
    });
    document.head.append(loader);
  });
}
