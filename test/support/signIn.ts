/** Demo accounts share one password. */
export const demoPassword = 'cochart-demo';

/** Signs in over HTTP and gives the `Cookie` header of that session and device. */
export async function signIn(url: string, username: string, password = demoPassword): Promise<string> {
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok)
    throw new Error(`${username} could not sign in: ${response.status} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

/** `fetch` as somebody who is signed in, from a page of the service itself; bodies are JSON. */
export const asSignedIn =
  (url: string, cookie: string) =>
  (
    path: string,
    init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> =>
    fetch(url + path, {
      method: init.method ?? 'GET',
      headers: {
        cookie,
        origin: url,
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
