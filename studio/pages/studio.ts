// Makes an application of Studio's elements: one of them per page, every change of page a real load, signed in with a short token of the session.
import { wrong } from './dom.js';
import { StudioSession } from './studio-session.js';

type StudioElement = HTMLElement & { editWorkflowDefinition?: (id: string) => void; viewWorkflowInstance?: (id: string) => void };

const base = new URL(document.baseURI);
const open = (path: string) => location.assign(base.pathname + path);

// Studio only rewrites the address; nothing in this build of it draws the new page.
for (const name of ['pushState', 'replaceState'] as const) {
  const original = history[name];
  history[name] = function (state, unused, url) {
    const next = url == null ? null : new URL(url, document.baseURI);
    if (next && next.origin === location.origin && next.pathname !== location.pathname) location.assign(next.href);
    else original.call(this, state, unused, url);
  };
}

// Some of its links forget the folder it is served from.
document.addEventListener('click', event => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="/workflows/"]') : null;
  if (!link) return;
  event.preventDefault();
  open(link.getAttribute('href')!.slice(1));
}, true);
document.querySelector('#blazor-error-ui .dismiss')?.addEventListener('click', () => document.getElementById('blazor-error-ui')!.style.display = 'none');

/** Studio's code editors keep the wheel for themselves: what lies below one in a panel could not be reached. */
function freeTheWheel(): void {
  const { monaco } = globalThis as unknown as { monaco?: { editor: { onDidCreateEditor(hear: (editor: { updateOptions(options: object): void }) => void): void } } };
  monaco?.editor.onDidCreateEditor(editor => editor.updateOptions({ scrollbar: { alwaysConsumeMouseWheel: false } }));
}

function wanted(): [tag: string, attributes: Record<string, string>, title: string] {
  const path = location.pathname.slice(base.pathname.length);
  const editor = /^workflows\/definitions\/([^/]+)\/edit\/?$/.exec(path);
  if (editor) return ['elsa-workflow-definition-editor', { 'definition-id': decodeURIComponent(editor[1]!) }, 'Workflow'];
  const viewer = /^workflows\/instances\/([^/]+)\/view\/?$/.exec(path);
  if (viewer) return ['elsa-workflow-instance-viewer', { 'instance-id': decodeURIComponent(viewer[1]!) }, 'Workflow instance'];
  return /^workflows\/instances\/?$/.test(path) ? ['elsa-workflow-instance-list', {}, 'Workflow instances'] : ['elsa-workflow-definition-list', {}, 'Workflow definitions'];
}

function element(tag: string, token: string): StudioElement {
  const made = document.createElement(tag) as StudioElement;
  made.setAttribute('remote-endpoint', location.origin + '/elsa/api');
  made.setAttribute('access-token', token);
  return made;
}

async function start(): Promise<void> {
  const [tag, attributes, title] = wanted();
  document.title = `${title} · Orchestrator`;
  try {
    await customElements.whenDefined(tag);
    freeTheWheel();
    // Studio never asks for a new token. This element draws nothing; it hands Studio the one it carries.
    const session = await StudioSession.begin(token => document.body.append(element('elsa-backend-provider', token)));
    const studio = element(tag, session.token);
    for (const [name, value] of Object.entries(attributes)) studio.setAttribute(name, value);
    studio.editWorkflowDefinition = id => open(`workflows/definitions/${encodeURIComponent(id)}/edit`);
    studio.viewWorkflowInstance = id => open(`workflows/instances/${encodeURIComponent(id)}/view`);
    document.getElementById('app')!.replaceChildren(studio);
  } catch (trouble) {
    document.getElementById('app')!.replaceChildren(wrong(trouble));
  }
}

void start();
