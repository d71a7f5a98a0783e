// What a page does while the server is away: it says so, asks again and again, and goes on where it was.
import { h } from './dom.js';
import { ApiError, mayPass, request } from './http.js';

/** The server sends something at least every 15 s; a connection that is silent for longer than this is dead, whatever the system says of it. */
const silence = 45_000;
const longestPause = 10_000;

/** Waits before the next try: longer each time, and no longer once the network or the reader comes back. */
export function pause(tries: number): Promise<void> {
  return new Promise(done => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      document.removeEventListener('visibilitychange', seen);
      done();
    };
    const seen = () => { if (!document.hidden) end(); };
    const timer = setTimeout(end, Math.min(longestPause, 500 * 2 ** tries));
    addEventListener('online', end);
    document.addEventListener('visibilitychange', seen);
  });
}

/** Resolves when somebody looks at the page again who had looked away, perhaps to sign in elsewhere. */
export function seenAgain(): Promise<void> {
  return new Promise(done => {
    const seen = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', seen);
      done();
    };
    document.addEventListener('visibilitychange', seen);
  });
}

/** Says that the server is away. */
export function lost(consequence: string): HTMLElement {
  return h('div', { class: 'note warn', role: 'status' }, h('p', {}, h('strong', {}, 'Connection lost, reconnecting …'), ' ', consequence));
}

/** What a reader of a stream is told. */
export interface Listener {
  /** One of the stream's events. */
  hear(type: string, data: string): void;
  /** The connection stands (again), or is lost and tried again. */
  stands(isOpen: boolean): void;
}

/**
 * Reads server-sent events until the server says `end`, over as many connections as that takes; each goes on after the last event that came. Fails with what the server said when asking again is of
 * no use. `EventSource` would not do: it gives up on any answer but 200 and does not tell which it was.
 */
export async function follow(path: string, listener: Listener, signal: AbortSignal): Promise<void> {
  let last = '';
  let tries = 0;
  const hear = (type: string, data: string, id: string) => {
    tries = 0;
    if (id) last = id;
    if (type !== 'end') listener.hear(type, data);
  };
  while (!signal.aborted) {
    try {
      if (await read(path, last, hear, () => listener.stands(true), signal)) return;
    } catch (trouble) {
      if (signal.aborted) return;
      // An answer that was cut off is no ApiError: the connection broke.
      if (trouble instanceof ApiError && !mayPass(trouble)) throw trouble;
    }

    listener.stands(false);
    await pause(tries++);
  }
}

/** One connection. True when the stream came to its end. */
async function read(path: string, after: string, hear: (type: string, data: string, id: string) => void, opened: () => void, signal: AbortSignal): Promise<boolean> {
  const dead = new AbortController();
  let timer = setTimeout(() => dead.abort(), silence);
  try {
    const answer = await request(path, { headers: after ? { 'Last-Event-ID': after } : {}, signal: AbortSignal.any([signal, dead.signal]), cache: 'no-store' });
    opened();
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let ended = false;
    let [rest, type, data, id] = ['', '', '', ''];
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return ended;
      clearTimeout(timer);
      timer = setTimeout(() => dead.abort(), silence);
      const lines = (rest + value).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (line === '') {
          ended ||= type === 'end';
          if (type) hear(type, data, id);
          [type, data, id] = ['', '', ''];
        } else if (line.startsWith('event: ')) type = line.slice(7);
        else if (line.startsWith('data: ')) data = line.slice(6);
        else if (line.startsWith('id: ')) id = line.slice(4);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}
