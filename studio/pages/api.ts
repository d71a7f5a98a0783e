// Our API as the pages use it.
import { proof, toLogin } from './session.js';

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

export interface Fix { offset: number; length: number; replacement: string; title: string }
export interface Diagnostic { code: string; severity: 'error' | 'warning'; line: number; column: number; offset: number; length: number; message: string; help?: string; fixes?: Fix[] }

/** What a run may or must be given. */
export interface Input {
  name: string; type: string; kind: string; required: boolean; secret: boolean; description: string; default?: unknown; enum?: unknown[]; format?: string; pattern?: string; min?: number; max?: number;
  minLength?: number; maxLength?: number;
}

/** An answer that is no success, with what the server said. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly diagnostics: Diagnostic[] = []) {
    super(message);
  }
}

export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = method === 'GET' ? {} : await proof();
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null });
  } catch (trouble) {
    if (trouble instanceof DOMException && trouble.name === 'AbortError') throw trouble;
    throw new ApiError(0, 'api.unreachable', 'The server does not answer. Is it still running?');
  }

  if (answer.status === 401) toLogin();
  const text = await answer.text();
  const json = text && /json/.test(answer.headers.get('Content-Type') ?? '') ? JSON.parse(text) : undefined;
  if (answer.ok) return json as T;
  throw new ApiError(answer.status, json?.code ?? '', json?.detail ?? `${answer.status} ${answer.statusText}`, json?.diagnostics ?? []);
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body: unknown = {}, signal?: AbortSignal) => call<T>('POST', path, body, signal);

export function query(values: Record<string, string | number | undefined | null>): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== null && value !== '') parts.set(name, String(value));
  const text = parts.toString();
  return text ? '?' + text : '';
}
