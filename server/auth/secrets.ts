import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits for a cookie, a ticket or a link. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret: lower-case hex SHA-256. A secret of 256 bits needs no salt. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
