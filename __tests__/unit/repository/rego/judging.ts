import { judgeRego } from '../../../../src/repository/inspect-rego.ts';
import { formatPath, keyOf, type Path } from '../../../../src/repository/languages/rego/reference.ts';
import { readRego } from '../../../../src/repository/languages/rego/rego.ts';

/** Beside the file lie the package `shared` with the rule `limit`, in a file that is no policy, and two data files. */
const surroundings = {
  unpublished: (path: Path) =>
    ['["shared"]', '["shared","limit"]', '["common","nested","limit"]'].includes(keyOf(path))
      ? 'lib/shared.rego'
      : undefined,
  dataFile: (path: Path) =>
    path[0] === 'limits'
      ? 'limits/data.json'
      : path[0] === 'a' && path[1] === 'b'
        ? 'a/b/data.yaml'
        : undefined,
};

/** What is said of a file, line by line: `3 error: …`, without what to do. */
export async function judgementOf(source: string, query?: string): Promise<string[]> {
  const rego = await readRego(source);
  const name = formatPath(rego.package ?? []);
  const asked = query?.replaceAll('{package}', name);
  const { problems, findings, warnings } = judgeRego(
    rego,
    'a.rego',
    asked === undefined ? { value: `data.${name}.deny`, by: 'default' } : { value: asked, by: 'input' },
    surroundings,
  );
  const { notV0, notV1 } = rego.versions;
  return [
    ...problems.map(({ place, message }) => `${place?.line ?? 0} problem: ${message}`),
    ...findings.map(({ place, message }) => `${place?.line ?? 0} error: ${message}`),
    ...warnings.map(({ place, message }) => `${place?.line ?? 0} warning: ${message}`),
    ...(rego.fault === undefined && notV0 ? [`${notV0.line} not v0: ${notV0.what}`] : []),
    ...(rego.fault === undefined && notV1 ? [`${notV1.line} not v1: ${notV1.what}`] : []),
  ];
}
