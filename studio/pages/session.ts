// The session: a cookie that scripts cannot read, who that is, and the proof that a request comes from our own page.

export interface Session { name: string; role: 'viewer' | 'operator' | 'admin'; antiforgeryHeader?: string; antiforgeryToken?: string }

let known: Promise<Session> | undefined;

/** Signing in comes first. */
export function toLogin(): never {
  location.assign('/login');
  throw new Error('You are not signed in.');
}

/** Who looks at this page; asked once. */
export function session(): Promise<Session> {
  return known ??= fetch('/api/v1/session').then(async answer => {
    if (answer.status === 401) toLogin();
    if (!answer.ok) throw new Error(`The server does not say who is signed in: ${answer.status} ${answer.statusText}`);
    return await answer.json() as Session;
  });
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

/** A token of this session for Studio, which cannot send the cookie, and how long it works. */
export async function newStudioToken(): Promise<{ token: string; seconds: number }> {
  const answer = await fetch('/api/v1/session/token', { method: 'POST', headers: await proof() });
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw new Error(`The server gave no token for the studio: ${answer.status} ${answer.statusText}`);
  const body = await answer.json() as { accessToken: string; expiresAt: string };
  return { token: body.accessToken, seconds: (Date.parse(body.expiresAt) - Date.now()) / 1000 };
}
