import { hasQuery, type PolicyFile } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';

const SHOWN = 3;

/** One notice for all policies with imports of Terraform data that HashiCorp has deprecated. */
export function importNotes(files: readonly PolicyFile[]): readonly Problem[] {
  const old = files.filter((file) => !hasQuery(file) && file.deprecatedImports !== undefined);
  if (old.length === 0) return [];
  const paths = old.slice(0, SHOWN).map(({ path }) => path);
  const more = old.length > SHOWN ? `, and ${old.length - SHOWN} more` : '';
  const count = `${old.length} Sentinel ${old.length === 1 ? 'policy imports' : 'policies import'}`;
  return [
    {
      message: `${count} \`tfplan\`, \`tfconfig\` or \`tfstate\` without \`/v2\`, which HashiCorp has deprecated and planned to remove in August 2025: ${paths.join(', ')}${more}.`,
      advice: 'Import `tfplan/v2`, `tfconfig/v2` or `tfstate/v2`, whose data is structured differently.',
    },
  ];
}
