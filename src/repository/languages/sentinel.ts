import type { Problem } from '../../model/problem.ts';
import type { Provided } from '../configuration/provided.ts';
import { positions } from './lines.ts';
import { outline, SENTINEL } from './outline.ts';

/** What every Sentinel policy may import: the standard library, and what Terraform provides. */
const STANDARD = [
  ...['base64', 'collection', 'collection/lists', 'collection/maps', 'decimal', 'http', 'json', 'runtime'],
  ...['sockaddr', 'strings', 'time', 'types', 'units', 'version'],
  ...['tfplan', 'tfplan/v2', 'tfconfig', 'tfconfig/v2', 'tfstate', 'tfstate/v2', 'tfrun', 'tfresources'],
  'terraform',
];

export interface Sentinel {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Checks that a Sentinel file makes a policy by itself: it has the rule `main`, which Sentinel runs, and imports
 * nothing that only a configuration provides, since an individually managed policy has none
 * (docs/behavior.md#errors-and-warnings).
 */
export function checkSentinel(source: string, file: string, provided: readonly Provided[] = []): Sentinel {
  const statements = outline(source, SENTINEL);
  const hasMain = /(^|[;\n])[ \t]*main[ \t]*=(?!=)/.test(statements);
  const imports = importsOf(source, statements).filter(({ name }) => !STANDARD.includes(name));
  // The first of each name counts.
  const providers = new Map(provided.toReversed().map((each) => [each.name, each]));
  const findings = imports.map(({ name, line }) => {
    const provider = providers.get(name);
    return {
      provider,
      problem: provider === undefined ? unknown(name, { file, line }) : needed(provider, { file, line }),
    };
  });
  return {
    problems: [
      ...(hasMain ? [] : [noMain(file)]),
      ...findings.filter(({ provider }) => provider !== undefined).map(({ problem }) => problem),
    ],
    warnings: findings.filter(({ provider }) => provider === undefined).map(({ problem }) => problem),
  };
}

function importsOf(source: string, statements: string): { name: string; line: number }[] {
  const positionOf = positions(source);
  return [...statements.matchAll(/(?:^|[;\n])[ \t]*import(?=[ \t])/g)].flatMap((match) => {
    const name = /^[ \t]+"((?:\\.|[^"\\\n])*)"/.exec(source.slice(match.index + match[0].length))?.[1];
    return name === undefined ? [] : [{ name, line: positionOf(match.index + match[0].length).line }];
  });
}

type Line = { readonly file: string; readonly line: number };

const FORMS = { module: 'module', static: 'static import', plugin: 'plugin' } as const;

const needed = ({ name, form, line }: Provided, place: Line): Problem => ({
  message: `The policy imports the ${FORMS[form]} "${name}" of its configuration (line ${line} there), which an individually managed policy does not have: every run it guards would fail.`,
  place,
  advice: 'Move what it needs into the policy, publish a versioned policy set, or add the file to `exclude`.',
});

const unknown = (name: string, place: Line): Problem => ({
  message: `The policy imports "${name}", which is neither in Sentinel's standard library nor provided by Terraform.`,
  place,
  advice: 'If it is a module, move what is needed into the policy, or publish a versioned policy set.',
});

const noMain = (file: string): Problem => ({
  message: 'The Sentinel file has no `main` rule, so it is no policy.',
  place: { file },
  advice: 'Add `main = rule { … }`; if it is a module or a mock, add it to `exclude`.',
});
