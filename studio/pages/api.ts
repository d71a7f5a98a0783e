// Our API as the pages use it.
import { ApiError, request, type Diagnostic, type Fix } from './http.js';
import { forget, proof } from './session.js';

export { ApiError, type Diagnostic, type Fix };

export interface Wait { kind: string; reason: string; since: string; next?: string; deadline?: string }
export interface Failure { code: string; kind: string; message: string; details?: unknown; logTail?: string[] }
export interface RunRow {
  runId: string; blueprint: string; version: number; status: string; attention?: string; createdAt: string; updatedAt: string; completedAt?: string; parent?: string; labels: Record<string, string>;
}
export interface Step {
  key: string; type: string; status: string; line: number; attempt: number; startedAt?: string; completedAt?: string; changed?: boolean; wait?: Wait; output?: unknown; failure?: Failure;
  childRun?: string; steps?: Step[];
}
export interface Run {
  runId: string; blueprint: string; version: number; status: string; createdAt: string; completedAt?: string; deadline: string; parent?: string; wait?: Wait; inputs: Record<string, unknown>;
  outputs?: Record<string, unknown>; failure?: Failure; labels: Record<string, string>; steps: Step[];
}
export interface JournalEvent { seq: number; at: string; type: string; step?: string; attempt?: number; body?: Record<string, unknown> }

/** What a run may or must be given. */
export interface Input {
  name: string; type: string; kind: string; required: boolean; secret: boolean; description: string; default?: unknown; enum?: unknown[]; format?: string; pattern?: string; min?: number; max?: number;
  minLength?: number; maxLength?: number;
}

export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const ask = async () => {
    const headers: Record<string, string> = method === 'GET' ? {} : await proof();
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    return request(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null });
  };
  let answer: Response;
  try {
    answer = await ask();
  } catch (trouble) {
    // Somebody signed in anew in another window: the proof is of the session before.
    if (!(trouble instanceof ApiError) || trouble.code !== 'api.antiforgery') throw trouble;
    forget();
    answer = await ask();
  }

  const text = await answer.text();
  return (text && /json/.test(answer.headers.get('Content-Type') ?? '') ? JSON.parse(text) : undefined) as T;
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body: unknown = {}, signal?: AbortSignal) => call<T>('POST', path, body, signal);

export function query(values: Record<string, string | number | undefined | null>): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== null && value !== '') parts.set(name, String(value));
  const text = parts.toString();
  return text ? '?' + text : '';
}
