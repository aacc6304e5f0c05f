import type { Problem } from '../problem.ts';
import { lineAt, outline, REGO } from './outline.ts';

export interface Rego {
  /** The query of a new policy for which nothing states one: `data.<package>.deny` (interface.md 3). */
  readonly derivedQuery: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

const RULE = 'deny';
/** `a.b["c-d"]`, as Rego writes a reference. */
const REFERENCE = /[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*|\["(?:\\.|[^"\\\n])*"\])*/y;

/** Reads what the action needs of a Rego file: its package, whether it has the rule that is asked for, its imports. */
export function readRego(source: string, file: string): Rego {
  const statements = outline(source, REGO);
  const name = packageName(source, statements);
  if (name === undefined) return { derivedQuery: '', problems: [noPackage(file)], warnings: [] };
  const derivedQuery = `data.${name}.${RULE}`;
  const problems = hasRule(statements, RULE) ? [] : [noRule(file, derivedQuery)];
  return { derivedQuery, problems, warnings: foreignImports(source, statements, { file, name }) };
}

function packageName(source: string, statements: string): string | undefined {
  const start = /^\uFEFF?\s*package[ \t]+/.exec(statements);
  return start === null ? undefined : referenceAt(source, start[0].length);
}

function referenceAt(source: string, index: number): string | undefined {
  REFERENCE.lastIndex = index;
  return REFERENCE.exec(source)?.[0].replace(/\s*\.\s*/g, '.');
}

/** A rule of that name in any of Rego's forms; `name(…)` is a function, which no query can ask for. */
function hasRule(statements: string, name: string): boolean {
  return new RegExp(`^[ \\t]*(default[ \\t]+)?${name}(?![\\w(])`, 'm').test(statements);
}

/** What follows the prefix; nothing where the text does not begin with it. */
const afterPrefix = (text: string, prefix: string) =>
  text.startsWith(prefix) ? text.slice(prefix.length) : '';

function foreignImports(source: string, statements: string, own: { file: string; name: string }): Problem[] {
  return [...statements.matchAll(/^[ \t]*import[ \t]+(?=data\b)/gm)].flatMap((match) => {
    const imported = referenceAt(source, match.index + match[0].length) ?? 'data';
    if (/^[.[]/.test(afterPrefix(`${imported}.`, `data.${own.name}`))) return [];
    return {
      message: `The Rego file imports ${imported}, which is not part of the policy: a policy holds one file.`,
      place: { file: own.file, line: lineAt(source, match.index) },
      advice:
        'Unless Terraform provides it, move what is imported into this file, or publish a versioned policy set.',
    };
  });
}

const noPackage = (file: string): Problem => ({
  message: 'The Rego file does not begin with a package.',
  place: { file },
  advice: 'Begin it with `package <name>`, or add it to `exclude`.',
});

const noRule = (file: string, query: string): Problem => ({
  message: `The Rego file has no rule \`${RULE}\`, which its query ${query} asks for.`,
  place: { file },
  advice: `Add a rule \`${RULE}\`; if it is a library or a test, add it to \`exclude\`.`,
});
