import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'turso', schema: './server/**/tables.ts', out: './migrations' });
