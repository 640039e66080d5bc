import { no, ok, type Result } from '../../shared/wire/result.ts';

const shortest = 8;
const longest = 1024;

/**
 * Words that guessers try first, and the words of this house. A password is refused when nothing but such a word
 * is left once case, look-alike signs and what is hung on at either end are taken off.
 */
const common = new Set(
  (
    'password passwort passwd passphrase letmein welcome iloveyou monkey dragon sunshine princess football baseball ' +
    'superman batman trustno master shadow michael jennifer jordan hunter killer freedom whatever starwars cheese ' +
    'computer internet secret changeme default admin administrator root test testing guest login user qwerty qwertz ' +
    'azerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm abc abcdef abcdefg abcdefgh abcabc summer winter spring autumn ' +
    'january february december monday friday mustang charlie ashley bailey access flower hello lovely loveme pokemon ' +
    'samsung google facebook linkedin dropbox chocolate butterfly purple orange banana nothing secure security ' +
    'cochart hospital clinic doctor nurse medical medicine patient health healthcare ward chart charting attending ' +
    'resident pharmacist physiotherapist specialist auditor clerk emergency surgery icu'
  ).split(' '),
);

/** Printed on the sign-in page of every demo. */
const published = new Set(['cochart-demo']);

const lookAlikes: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Lower case, what is hung on at both ends taken off, look-alikes undone. */
const core = (password: string): string =>
  password
    .toLowerCase()
    .replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
    .replace(/[013457@$!]/g, (sign) => lookAlikes[sign] ?? sign);

const isRun = (password: string): boolean => {
  const codes = Array.from(password, (letter) => letter.codePointAt(0)!);
  const steps = new Set(codes.slice(1).map((code, index) => code - codes[index]!));
  return steps.size === 1 && Math.abs([...steps][0]!) <= 1;
};

const repeats = (password: string): boolean => /^(.{1,4})\1+$/su.test(password);

/** Length and the blocklist decide; no rules about kinds of characters (NIST SP 800-63B, 5.1.1.2). */
export function checkPassword(password: string, username: string): Result<string, string> {
  const length = Array.from(password).length;
  if (length < shortest) return no(`A password has at least ${shortest} characters.`);
  if (length > longest) return no(`A password has at most ${longest} characters.`);
  const bare = password.toLowerCase();
  if (published.has(bare)) return no('This password is published with the demo.');
  if (bare === username.toLowerCase() || core(password) === username.toLowerCase()) {
    return no('A password is not the user name.');
  }
  const word = core(password);
  const half = word.slice(0, word.length / 2);
  const isCommon = common.has(word) || (word === half + half && common.has(half));
  const isShortNumber = word === '' && length < 12;
  if (isCommon || isShortNumber || isRun(bare) || repeats(bare)) {
    return no('This password is among the first that a guesser tries.');
  }
  return ok(password);
}
