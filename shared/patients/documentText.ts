import type { DocumentBlock } from './chartViews.ts';
import { listAt, textAt, valueAt, type Resource } from './fhirValue.ts';

/** A longer text is cut, and says so by its last block. */
const mostCharacters = 400_000;

export interface WrittenText {
  text: string;
  /** Content types of what is not text, or is not kept here. */
  unshown: string[];
}

/** What a document or report says, as plain text. Markup is taken off: nothing of it is ever given to a browser. */
export function writtenText(resource: Resource): WrittenText {
  const attachments = [
    ...listAt(resource, 'content').map((content) => valueAt(content, 'attachment')),
    ...listAt(resource, 'presentedForm'),
  ];
  const texts: string[] = [];
  const unshown: string[] = [];
  for (const attachment of attachments) {
    const type = textAt(attachment, 'contentType') ?? 'application/octet-stream';
    const data = textAt(attachment, 'data');
    if (data === null || !isText(type)) unshown.push(type);
    else texts.push(/html|xml/i.test(type) ? plainOf(decoded(data)) : decoded(data));
  }
  const conclusion = textAt(resource, 'conclusion');
  if (conclusion !== null) texts.push(conclusion);
  const narrative = textAt(resource, 'text', 'div');
  if (texts.length === 0 && narrative !== null) texts.push(plainOf(narrative));
  return { text: texts.join('\n\n').slice(0, mostCharacters), unshown: texts.length > 0 ? [] : unshown };
}

const isText = (type: string): boolean =>
  /^(text\/(plain|markdown|html|xml)|application\/xhtml\+xml)\b/i.test(type);

/** Base64 as UTF-8; where it is neither, nothing. */
function decoded(data: string): string {
  try {
    const bytes = Uint8Array.from(atob(data.replace(/\s/g, '')), (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return '';
  }
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The words of markup, with its paragraphs as lines. */
function plainOf(markup: string): string {
  return markup
    .replace(/<(script|style|head)\b[^]*?<\/\1\s*>/gi, '')
    .replace(/<!--[^]*?-->/g, '')
    .replace(/<(br|hr)\b[^>]*>/gi, '\n')
    .replace(/<h([1-3])\b[^>]*>/gi, (_tag, level: string) => `\n\n${'#'.repeat(Number(level))} `)
    .replace(/<li\b[^>]*>/gi, '\n- ')
    .replace(/<\/(p|div|h[1-6]|tr|table|ul|ol)\s*>/gi, '\n\n')
    .replace(/<\/t[dh]\s*>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name: string) => characterOf(name) ?? whole);
}

function characterOf(name: string): string | undefined {
  const code = name.match(/^#(x)?([0-9a-f]+)$/i);
  if (!code) return entities[name.toLowerCase()];
  const point = Number.parseInt(code[2]!, code[1] ? 16 : 10);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}

/** Plain text or Markdown in blocks: headings, list entries, paragraphs. All that it knows of Markdown. */
export function blocksOf(text: string): DocumentBlock[] {
  const blocks: DocumentBlock[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) blocks.push({ kind: 'paragraph', text: open.join('\n') });
    open = [];
  };
  for (const line of text.split(/\r\n?|\n/)) {
    const heading = line.match(/^\s{0,3}(#{1,6})\s+(.+?)\s*#*\s*$/);
    const bullet = line.match(/^\s*[-*•]\s+(.+)$/);
    if (heading) {
      close();
      blocks.push({
        kind: 'heading',
        level: Math.min(heading[1]!.length, 3) as 1 | 2 | 3,
        text: heading[2]!,
      });
    } else if (bullet) {
      close();
      blocks.push({ kind: 'bullet', text: bullet[1]!.trim() });
    } else if (line.trim() === '') close();
    else open.push(line.trim());
  }
  close();
  return blocks;
}

/** The first words, in one line. */
export function beginningOf(text: string, most = 160): string {
  const line = blocksOf(text)
    .filter(({ kind }) => kind !== 'heading')
    .map((block) => block.text)
    .join(' ')
    .replace(/\s+/g, ' ');
  return line.length <= most ? line : `${line.slice(0, most).replace(/\s\S*$/, '')} …`;
}
