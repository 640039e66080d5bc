import { expect, test } from 'vitest';
import { checkPassword } from '../../../server/auth/passwordPolicy.ts';

test.each([
  ['a sentence', 'a long walk by the river'],
  ['eight characters', 'vq7Kzr2m'],
  ['spaces and signs', '  ~~ ¿qué? ~~  '],
  ['another alphabet', 'тихаяречка'],
  ['many digits', '84736251940372615'],
  ['1,024 characters', 'kd9 '.repeat(300).slice(0, 900) + 'and then some more of it'.repeat(5).slice(0, 124)],
  ['a common word with others', 'password of the old harbour'],
])('%s may be a password', (_what, password) => {
  expect(checkPassword(password, 'nurse').ok).toBe(true);
});

test.each([
  ['seven characters', 'vq7Kzr2'],
  ['1,025 characters', 'abcdefghij klmno'.repeat(70).slice(0, 1025)],
  ['a common word', 'password'],
  ['a common word dressed up', 'P4ssw0rd!23'],
  ['a common word twice', 'qwertyqwerty'],
  ['a word of the house', 'Cochart2026!'],
  ['another word of the house', 'hospital'],
  ['the password of the demo', 'cochart-demo'],
  ['one sign over and over', 'zzzzzzzzzzzz'],
  ['a pair over and over', 'xqxqxqxqxq'],
  ['the alphabet', 'cdefghijkl'],
  ['a short number', '19740312'],
  ['the user name', 'Jane.Porter'],
  ['the user name and a year', 'jane.porter1974'],
])('%s may not', (_what, password) => {
  expect(checkPassword(password, 'jane.porter').ok).toBe(false);
});

test('eight characters are counted as people count them', () => {
  expect(checkPassword('🦉🐢🌊🎻🧭🍋🪁', 'nurse').ok).toBe(false);
  expect(checkPassword('🦉🐢🌊🎻🧭🍋🪁🫖tea', 'nurse').ok).toBe(true);
});
