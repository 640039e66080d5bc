import { testApp, type TestApp } from './app.ts';
import type { Person } from './people.ts';

/** The FHIR API of a service of one's own, asked as somebody. */
export interface FhirApi {
  service: TestApp;
  /** One request; a body that is a string goes as it is. */
  ask(person: Person, method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer>;
  close(): Promise<void>;
}

type Headers = Record<string, string>;

export interface Answer {
  status: number;
  headers: globalThis.Headers;
  text: string;
  /** The body's JSON; `{}` without one. */
  body: Json;
}

type Json = Record<string, unknown>;

export const idIn = ({ body }: Pick<Answer, 'body'>): string => String(body.id);

export async function fhirApi(given?: Parameters<typeof testApp>[0]): Promise<FhirApi> {
  const service = await testApp(given);
  const cookies = new Map<string, Promise<string>>();
  return {
    service,
    ask: async (person, method, path, body, headers = {}) => {
      const cookie = cookies.get(person.id) ?? service.cookieOf(person);
      cookies.set(person.id, cookie);
      const response = await service.app.request(`/fhir/R4${path}`, {
        method,
        headers: {
          Cookie: await cookie,
          ...(body === undefined ? {} : { 'Content-Type': 'application/fhir+json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: text.startsWith('{') ? (JSON.parse(text) as Json) : {},
      };
    },
    close: () => service.close(),
  };
}
