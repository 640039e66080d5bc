import { afterEach, expect, test } from 'vitest';
import { notSaved, type NotSaved } from '../../../client/wire/notSaved.svelte.ts';

const text: NotSaved = { what: 'Text in the chart of bed 3' };
const form: NotSaved = { what: 'An order form filled in halfway', isForm: true };

afterEach(() => notSaved.clear());

test('what is not saved is told while it is so, by whoever holds it', () => {
  let held: NotSaved | null = text;
  const stop = notSaved.tell(() => held);
  notSaved.tell(() => form);
  expect(notSaved.all).toEqual([text, form]);
  held = null;
  expect(notSaved.all).toEqual([form]);
  held = text;
  stop();
  expect(notSaved.all).toEqual([form]);
});

test('going to another page loses forms; text that is still being sent is told for as long as it is', () => {
  let sending: NotSaved | null = text;
  notSaved.tell(() => form);
  notSaved.tellUntilSaved(() => sending);
  expect([notSaved.all, notSaved.forms]).toEqual([[form, text], [form]]);
  sending = null;
  expect(notSaved.all).toEqual([form]);
});

test('nothing is told of whoever has left', () => {
  notSaved.tell(() => form);
  notSaved.tellUntilSaved(() => text);
  notSaved.clear();
  expect(notSaved.all).toEqual([]);
});
