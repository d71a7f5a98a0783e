// The session: a cookie that scripts cannot read, who that is, and the proof that a request comes from our own page.

import { request } from './http.js';

export interface Session { name: string; role: 'viewer' | 'operator' | 'admin'; antiforgeryHeader?: string; antiforgeryToken?: string }

let known: Promise<Session> | undefined;

/** Where to sign in, and from there back to what is shown now. */
export const signInPath = (): string => '/login?from=' + encodeURIComponent(location.pathname + location.search + location.hash);

/** Who looks at this page; asked once. What went wrong is not kept: the next one asks again. */
export function session(): Promise<Session> {
  return known ??= request('/api/v1/session').then(answer => answer.json() as Promise<Session>).catch((trouble: unknown) => { forget(); throw trouble; });
}

/** Asks anew the next time. */
export function forget(): void {
  known = undefined;
}

/** Headers that a request needs which changes something. */
export async function proof(): Promise<Record<string, string>> {
  const { antiforgeryHeader, antiforgeryToken } = await session();
  return antiforgeryHeader && antiforgeryToken ? { [antiforgeryHeader]: antiforgeryToken } : {};
}

/** True when the person at this page may do what needs that role. */
export async function may(role: 'operator' | 'admin'): Promise<boolean> {
  const ranks = ['viewer', 'operator', 'admin'];
  return ranks.indexOf((await session()).role) >= ranks.indexOf(role);
}
