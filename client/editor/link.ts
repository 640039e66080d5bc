import { Mark, markPasteRule } from '@tiptap/core';
import { safeLink } from '../../shared/documents/body.ts';

export const hrefOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= 2_000 && safeLink.test(value) ? value : null;

/** A link holds its address and nothing else; an address that a click must not follow is shown as plain text. */
export const Link = Mark.create({
  name: 'link',
  inclusive: false,

  addAttributes() {
    return { href: { default: null } };
  },

  parseHTML() {
    return [
      {
        tag: 'a[href]',
        getAttrs: (element) => {
          const href = hrefOf(element.getAttribute('href'));
          return href === null ? false : { href };
        },
      },
    ];
  },

  renderHTML({ mark }) {
    const href = hrefOf(mark.attrs['href']);
    return href === null
      ? ['span', 0]
      : ['a', { href, rel: 'noopener noreferrer nofollow', target: '_blank' }, 0];
  },

  addPasteRules() {
    return [
      markPasteRule({
        find: /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g,
        type: this.type,
        getAttributes: (match) => ({ href: match[0] }),
      }),
    ];
  },
});
