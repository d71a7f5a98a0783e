// The session: a cookie that scripts cannot read, and the proof that a request comes from our own page.

/** Signing in comes first; afterwards this page opens again. */
export function toLogin(): never {
  location.assign('/login?return=' + encodeURIComponent(location.pathname + location.search));
  throw new Error('You are not signed in.');
}

export async function newStudioToken(): Promise<{ token: string; seconds: number }> {
  const answer = await fetch('/api/v1/session/token', { method: 'POST', headers: { 'X-Antiforgery': antiforgery() } });
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw new Error(`The server gave no token for the studio: ${answer.status} ${answer.statusText}`);
  const body = await answer.json() as { token: string; expiresAt: string };
  return { token: body.token, seconds: (Date.parse(body.expiresAt) - Date.now()) / 1000 };
}

export function antiforgery(): string {
  return /(?:^|; )orchestrator-antiforgery=([^;]*)/.exec(document.cookie)?.[1] ?? '';
}
