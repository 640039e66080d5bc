import { describe, expect, it } from 'vitest';
import { beginningOf, blocksOf, writtenText } from '../../../shared/patients/documentText.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const document = (contentType: string, text: string) => ({
  resourceType: 'DocumentReference',
  id: 'd',
  content: [{ attachment: { contentType, data: base64(text) } }],
});

describe('the text of a document', () => {
  it('is read as UTF-8', () => {
    expect(writtenText(document('text/plain; charset=utf-8', 'Größe 1.5 µg')).text).toBe('Größe 1.5 µg');
  });

  it.each([
    ['a script', 'before<script>alert(1)</script>after', 'beforeafter'],
    ['a style', '<style>p{}</style>shown', 'shown'],
    ['an image with a handler', 'a<img src=x onerror="alert(1)">b', 'ab'],
    ['a comment', 'a<!-- <b>hidden</b> -->b', 'ab'],
    ['entities, once', '5 &lt; 6 &amp;lt; &#233; &#x3bc;', '5 < 6 &lt; é μ'],
    ['an entity beyond Unicode', '&#x7fffffff;', '&#x7fffffff;'],
  ])('of HTML is only its words: %s', (_what, html, words) => {
    expect(writtenText(document('text/html', html)).text).toBe(words);
  });

  it('keeps headings and list entries of HTML as lines', () => {
    const { text } = writtenText(document('text/html', '<h2>Plan</h2><ul><li>Rest</li><li>Fluids</li></ul>'));
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', level: 2, text: 'Plan' },
      { kind: 'bullet', text: 'Rest' },
      { kind: 'bullet', text: 'Fluids' },
    ]);
  });

  it('names what cannot be shown', () => {
    expect(writtenText(document('application/pdf', '%PDF'))).toEqual({
      text: '',
      unshown: ['application/pdf'],
    });
  });

  it('is nothing where base64 is broken, rather than an error', () => {
    const broken = {
      ...document('text/plain', ''),
      content: [{ attachment: { contentType: 'text/plain', data: '*' } }],
    };
    expect(writtenText(broken).text).toBe('');
  });

  it('is a report’s conclusion, and its narrative where nothing else is', () => {
    const report = { resourceType: 'DiagnosticReport', id: 'r', text: { div: '<div><p>Narrated</p></div>' } };
    expect(writtenText(report).text.trim()).toBe('Narrated');
    expect(writtenText({ ...report, conclusion: 'Concluded' }).text).toBe('Concluded');
  });

  it('keeps every line of Markdown', () => {
    expect(blocksOf('# Plan\n\nRest and\nfluids\n- water\n* tea\n\n## Empty')).toEqual([
      { kind: 'heading', level: 1, text: 'Plan' },
      { kind: 'paragraph', text: 'Rest and\nfluids' },
      { kind: 'bullet', text: 'water' },
      { kind: 'bullet', text: 'tea' },
      { kind: 'heading', level: 2, text: 'Empty' },
    ]);
  });

  it('begins with its first words, not with its headings', () => {
    expect(beginningOf('# Plan\n\nRest and fluids', 7)).toBe('Rest …');
    expect(beginningOf('# Plan\n\nRest', 9)).toBe('Rest');
  });
});
