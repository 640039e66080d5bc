import type { Context } from 'hono';
import { refused, type Env } from '../http/route.ts';

const usual = 50;
const most = 500;

export interface Page {
  count: number;
  /** `self`, and `next` where there is more after this cursor. */
  links: (c: Context<Env>, base: string, cursor: unknown) => { relation: string; url: string }[];
}

/** The page that `_count` asks for. @throws Refused `invalid` */
export function pageOf(c: Context<Env>): Page {
  const asked = c.req.query('_count');
  if (asked !== undefined && !/^\d{1,9}$/.test(asked)) throw refused('invalid', '_count is a number.');
  return {
    count: Math.min(most, Math.max(1, Number(asked ?? usual))),
    links: (c, base, cursor) => {
      const url = new URL(c.req.url);
      const at = (query: URLSearchParams): string => {
        const path = `${base}${url.pathname.replace(/^.*?\/fhir\/R4/, '')}`;
        return query.size === 0 ? path : `${path}?${query}`;
      };
      const links = [{ relation: 'self', url: at(url.searchParams) }];
      if (cursor !== null) {
        const next = new URLSearchParams(url.searchParams);
        next.set('_cursor', Buffer.from(JSON.stringify(cursor)).toString('base64url'));
        links.push({ relation: 'next', url: at(next) });
      }
      return links;
    },
  };
}

/** Where the page before this one ended; null for the first. @throws Refused `invalid` for what no page has given out */
export function readCursor<T>(c: Context<Env>, isCursor: (value: unknown) => value is T): T | null {
  const text = c.req.query('_cursor');
  if (text === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    value = null;
  }
  if (!isCursor(value)) throw refused('invalid', 'This page does not exist.');
  return value;
}
