import type { Element, Value } from '../languages/hcl/document.ts';

/**
 * What the body of a block says, in one text: equal for bodies that only are laid out differently, or in another order.
 *
 * @param except names of attributes that do not count
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

/** A value whose parts are not read is compared by its text, in which only the space between words may differ. */
export const valueAsWritten = (value: Value): string =>
  'text' in value
    ? JSON.stringify(value.text)
    : (value.source ?? value.other).replace(/"(?:[^"\\\n]|\\.)*"|\s+/g, (part) =>
        part.startsWith('"') ? part : ' ',
      );
