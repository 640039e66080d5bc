import { hash, verify } from '@node-rs/argon2';

/** argon2id is the library's default; the cost is OWASP's Password Storage Cheat Sheet, 2024. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), cost);

export const isPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password.normalize('NFKC'));
