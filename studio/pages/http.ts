// One request, and what may come of it.

export interface Fix { offset: number; length: number; replacement: string; title: string }
export interface Diagnostic { code: string; severity: 'error' | 'warning'; line: number; column: number; offset: number; length: number; message: string; help?: string; fixes?: Fix[] }

/** An answer that is no success, with what the server said. Status 0: no answer came. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly diagnostics: Diagnostic[] = []) {
    super(message);
  }
}

/** True when nobody is signed in any more: only signing in again helps. */
export const isSignedOut = (trouble: unknown): boolean => trouble instanceof ApiError && trouble.status === 401;

/** True when the same request may succeed in a moment: the server was not reached, stops, or has too much to do. */
export const mayPass = (trouble: unknown): boolean => trouble instanceof ApiError && (trouble.status === 0 || trouble.status === 429 || trouble.status >= 500);

/** Asks; fails with an `ApiError` unless the answer is a success. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch (trouble) {
    if (trouble instanceof DOMException && trouble.name === 'AbortError') throw trouble;
    throw new ApiError(0, 'api.unreachable', 'The server does not answer. Is it still running?');
  }

  if (answer.ok) return answer;
  if (answer.status === 401) throw new ApiError(401, 'api.unauthorized', 'Your session has ended.');
  const json = /json/.test(answer.headers.get('Content-Type') ?? '') ? await answer.json() : undefined;
  throw new ApiError(answer.status, json?.code ?? '', json?.detail ?? `${answer.status} ${answer.statusText}`, json?.diagnostics ?? []);
}
