// The Monaco that Studio ships, with the little of its shape that we use.

export interface Position { lineNumber: number; column: number }
export interface MonacoRange { startLineNumber: number; startColumn: number; endLineNumber: number; endColumn: number }
export interface Marker extends MonacoRange { severity: number; message: string; code?: string | { value: string; target: unknown }; source?: string }
export interface Model {
  getValue(): string; setValue(text: string): void; getPositionAt(offset: number): Position; getOffsetAt(position: Position): number; getVersionId(): number;
  onDidChangeContent(heard: () => void): void; uri: unknown;
}
export interface Editor {
  getModel(): Model; setPosition(position: Position): void; revealPositionInCenter(position: Position): void; focus(): void; layout(): void; executeEdits(source: string, edits: { range: MonacoRange; text: string }[]): void;
}
export interface Monaco {
  editor: { create(place: HTMLElement, options: object): Editor; setModelMarkers(model: Model, owner: string, markers: Marker[]): void; setTheme(name: string): void; defineTheme(name: string, theme: object): void };
  languages: {
    registerCompletionItemProvider(language: string, provider: object): void; registerHoverProvider(language: string, provider: object): void; registerCodeActionProvider(language: string, provider: object): void;
    CompletionItemKind: Record<string, number>;
  };
  MarkerSeverity: { Error: number; Warning: number };
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
