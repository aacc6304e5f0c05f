import { positions } from '../lines.ts';
import type { Problem } from '../problem.ts';
import { outline, REGO } from './outline.ts';

export interface Rego {
  /** As queries write it, without `data.`; undefined where the file declares none. */
  readonly package: string | undefined;
  /** Whether it has a rule that a query can ask for. */
  hasRule(name: string): boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** `a.b["c-d"]`, as Rego writes a reference. */
const REFERENCE = /[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*|\["(?:\\.|[^"\\\n])*"\])*/y;

/** Reads what the action needs of a Rego file: its package, its rules, its imports. */
export function readRego(source: string, file: string): Rego {
  const statements = outline(source, REGO);
  const name = packageName(source, statements);
  return {
    package: name,
    hasRule: (rule) => hasRule(statements, rule),
    problems: name === undefined ? [noPackage(file)] : [],
    warnings: name === undefined ? [] : foreignImports(source, statements, { file, name }),
  };
}

/** The rule that a query asks a package for: `data.<package>.<rule>`; undefined where it asks for something else. */
export function ruleOf(query: string, packageName: string): string | undefined {
  const rest = afterPrefix(query, `data.${packageName}.`);
  return /^[A-Za-z_]\w*$/.exec(rest)?.[0];
}

/** The path that a query names, without `data`: `data.a["b-c"].deny` gives a, b-c, deny. Undefined where it names none. */
export function pathOf(query: string): readonly string[] | undefined {
  const reference = referenceAt(query.trim(), 0);
  const [root, ...path] = reference === undefined ? [] : segmentsOf(reference);
  return root === 'data' && path.length > 0 ? path : undefined;
}

/** The names that a reference is made of: `a.b["c-d"]` gives a, b, c-d. */
export function segmentsOf(reference: string): readonly string[] {
  return [...reference.matchAll(/[A-Za-z_]\w*|\["((?:\\.|[^"\\])*)"\]/g)].map(
    ([name, quoted]) => quoted ?? name,
  );
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
  const positionOf = positions(source);
  return [...statements.matchAll(/^[ \t]*import[ \t]+(?=data\b)/gm)].flatMap((match) => {
    const imported = referenceAt(source, match.index + match[0].length) ?? 'data';
    if (/^[.[]/.test(afterPrefix(`${imported}.`, `data.${own.name}`))) return [];
    return {
      message: `The Rego file imports ${imported}, which is not part of the policy: a policy holds one file.`,
      place: { file: own.file, line: positionOf(match.index).line },
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

export const noRule = (file: string, rule: string, query: string): Problem => ({
  message: `The Rego file has no rule \`${rule}\`, which its query ${query} asks for.`,
  place: { file },
  advice: `Add a rule \`${rule}\`; if it is a library or a test, add it to \`exclude\`.`,
});
