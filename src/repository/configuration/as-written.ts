import type { Element, Value } from '../languages/hcl/document.ts';

/**
 * The body of a block as one text, which is equal for bodies that differ only in layout or order.
 *
 * @param except names of attributes to ignore
 */
export const asWritten = (body: readonly Element[], except: readonly string[] = []): string =>
  body
    .filter(({ name }) => !except.includes(name))
    .map(textOf)
    .sort()
    .join('\n');

const textOf = (element: Element): string =>
  element.type === 'attribute'
    ? `${element.name} = ${valueAsWritten(element.value)}`
    : `${[element.name, ...element.labels].map((word) => JSON.stringify(word)).join(' ')} {${asWritten(element.body)}}`;

/** Strings within templates, heredocs and comments, where white space can matter and whose ends are not found here. */
const HOLDS_MORE = /[$%]\{|<<|#|\/[/*]/;

/** A value that is not read in parts is compared as text, apart from the space between words. */
export function valueAsWritten(value: Value): string {
  if ('text' in value) return JSON.stringify(value.text);
  const text = value.source ?? value.other;
  if (HOLDS_MORE.test(text)) return text;
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ' '));
}
