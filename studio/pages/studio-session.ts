// Keeps Studio signed in. It has one token, asks for no other, and dies of the first answer that is none: so its requests wait here while the server is away or nobody is signed in.
import { post } from './api.js';
import { lost, pause, seenAgain } from './connection.js';
import { h } from './dom.js';
import { ApiError, mayPass, request } from './http.js';
import { signInPath } from './session.js';

const studios = /^\/elsa\/(api|hubs)\//;
/** What Studio asks by POST and nothing is changed by; it may be asked twice. */
const questions = /^\/elsa\/api\/(workflow-instances(\/[^/]+\/journal)?|activity-executions\/report|scripting\/.+)$/;
/** Of a token's life, the part after which the next one is fetched. */
const renewAfter = 0.7;
/** A server that answers us and refuses a request this often means it. */
const mostTries = 4;
/** How SignalR says that it is about to close; the other side says it too. */
const isGoodbye = (data: unknown) => typeof data === 'string' && data.startsWith('{"type":7');

export class StudioSession {
  token = '';
  private renewAt = 0;
  private renewing: Promise<void> | undefined;
  private readonly note = h('div', { id: 'connection', 'aria-live': 'polite' });

  /** `hand` gives Studio each token that replaces one. */
  static async begin(hand: (token: string) => void): Promise<StudioSession> {
    const session = new StudioSession();
    document.body.append(session.note);
    await session.renew();
    session.guardRequests();
    session.guardSockets();
    // By the clock on the wall and not by one long timer: those stand still while a machine sleeps.
    setInterval(() => { if (Date.now() >= session.renewAt) void session.renew().then(() => hand(session.token)); }, 1000);
    return session;
  }

  /** Fetches a token, however long it takes. Nothing but a person can help when nobody is signed in: the page stays and says so. */
  renew(): Promise<void> {
    return this.renewing ??= this.fetchToken().finally(() => this.renewing = undefined);
  }

  private async fetchToken(): Promise<void> {
    for (let tries = 0;; tries++) {
      try {
        const { accessToken, expiresAt } = await post<{ accessToken: string; expiresAt: string }>('/api/v1/session/token');
        this.token = accessToken;
        this.renewAt = Date.now() + renewAfter * Math.max(10_000, Date.parse(expiresAt) - Date.now());
        this.note.replaceChildren();
        // It died of what happened meanwhile.
        if (tries > 0 && document.getElementById('blazor-error-ui')?.checkVisibility()) location.reload();
        return;
      } catch (trouble) {
        if (mayPass(trouble)) {
          this.note.replaceChildren(lost('What you do now may not be saved.'));
          await pause(tries);
        } else if (trouble instanceof ApiError && [401, 403].includes(trouble.status)) {
          this.note.replaceChildren(h('div', { class: 'note bad', role: 'alert' }, h('p', {}, trouble.message, ' ', h('a', { href: signInPath() }, 'Sign in again'))));
          await seenAgain();
        } else throw trouble;
      }
    }
  }

  private guardRequests(): void {
    const ask = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const path = new URL(input instanceof Request ? input.url : input, document.baseURI).pathname;
      if (!studios.test(path)) return ask(input, init);
      const mayRepeat = (init?.method ?? 'GET') === 'GET' || questions.test(path);
      for (let tries = 0;; tries++) {
        const headers = new Headers(init?.headers);
        headers.set('Authorization', `Bearer ${this.token}`);
        try {
          const answer = await ask(input, { ...init, headers });
          // A refused request has done nothing, whatever it was.
          const mayHelp = answer.status === 401 || (mayRepeat && [502, 503, 504].includes(answer.status));
          if (!mayHelp || tries === mostTries) return answer;
        } catch (trouble) {
          if (!mayRepeat || tries === mostTries || init?.signal?.aborted) throw trouble;
        }

        // Resolves once the server answers our own request.
        await this.renew();
        if (tries > 0) await pause(tries);
      }
    };
  }

  /** The viewer's socket is not opened again by Studio when it breaks, as it does with the server and with the token it was opened with: the page is loaded anew once the server answers. */
  private guardSockets(): void {
    let leaving = false;
    addEventListener('pagehide', () => leaving = true);
    const broken = () => {
      if (leaving) return;
      leaving = true;
      void this.ready().then(() => location.reload());
    };
    globalThis.WebSocket = class extends WebSocket {
      private whoLeft: 'Studio' | 'server' | undefined;

      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        if (!studios.test(new URL(url, document.baseURI).pathname)) return;
        this.addEventListener('message', event => { if (isGoodbye(event.data)) this.whoLeft ??= 'server'; });
        this.addEventListener('close', () => { if (this.whoLeft !== 'Studio') broken(); });
      }

      override send(data: Parameters<WebSocket['send']>[0]): void {
        if (isGoodbye(data)) this.whoLeft ??= 'Studio';
        super.send(data);
      }

      override close(code?: number, reason?: string): void {
        this.whoLeft ??= 'Studio';
        super.close(code, reason);
      }
    };
  }

  /** Resolves when the server takes work. Sockets are what it closes first when it stops: that it still answers then means nothing. */
  private async ready(): Promise<void> {
    for (let tries = 1;; tries++) {
      this.note.replaceChildren(lost('What you see may be old.'));
      await pause(tries);
      await this.renew();
      try {
        await request('/health/ready', { cache: 'no-store' });
        return;
      } catch (trouble) {
        if (!mayPass(trouble)) throw trouble;
      }
    }
  }
}
