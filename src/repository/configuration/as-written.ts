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

/** A value that is not read in parts is compared as text, apart from the space between words. */
export const valueAsWritten = (value: Value): string =>
  'text' in value
    ? JSON.stringify(value.text)
    : (value.source ?? value.other).replace(/"(?:[^"\\\n]|\\.)*"|\s+/g, (part) =>
        part.startsWith('"') ? part : ' ',
      );
