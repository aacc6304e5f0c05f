import type { Block } from './document.ts';
import type { Findings } from './settings.ts';

const FORMS = ['module', 'static', 'plugin'] as const;
type Form = (typeof FORMS)[number];

/** What a configuration gives its policies to import, and an individually managed policy does not have. */
export interface Provided {
  readonly name: string;
  readonly form: Form;
  readonly line: number;
}

/**
 * Reads `module "x"`, `import "<form>" "x"` and the older `import "x"`, which names a plugin. Sentinel's configuration
 * reference has all three.
 */
export function readProvided({ name: type, labels, line }: Block, findings: Findings): Provided | undefined {
  const [first = '', second] = labels;
  if (type === 'module') return { name: first, form: 'module', line };
  if (second === undefined) return { name: first, form: 'plugin', line };
  const form = FORMS.find((known) => known === first);
  if (form !== undefined) return { name: second, form, line };
  findings.warning(
    line,
    `\`import "${first}"\` is not known and not read.`,
    `Known are ${FORMS.join(', ')}.`,
  );
  return undefined;
}
