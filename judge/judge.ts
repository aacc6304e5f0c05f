/** Compares how the action reads Rego with how OPA does: `npm run judge -- <folder>…`, or files of cases. */
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { compare } from './compare.ts';

/** The Rego files below a folder, or those that a JSON list of `{ name, source }` holds. */
function filesOf(place: string, stage: string): string[] {
  if (statSync(place).isDirectory()) {
    return globSync('**/*.rego', { cwd: place }).map((file) => join(place, file));
  }
  const cases = JSON.parse(readFileSync(place, 'utf8')) as readonly { name: string; source: string }[];
  return cases.map(({ name, source }) => {
    // OPA takes what stands before a colon for a place among the data.
    const file = join(stage, `${name.replace(/[^\w-]+/g, '_')}.rego`);
    writeFileSync(file, source);
    return file;
  });
}

async function judge(places: readonly string[]): Promise<boolean> {
  const stage = mkdtempSync(join(tmpdir(), 'judge-'));
  try {
    const files = places.flatMap((place) => filesOf(place, stage)).filter((file) => statSync(file).isFile());
    const results = await pMap(files, compare, { concurrency: availableParallelism() });
    const differing = results.filter(({ differences }) => differences.length > 0);
    for (const { file, differences } of differing) {
      for (const difference of differences) console.log(`${file}: ${difference}`);
    }
    const count = (key: 'unparsed' | 'notes') => results.filter((result) => result[key].length > 0).length;
    console.log(
      `${files.length} files; ${differing.length} differ; OPA refuses ${count('unparsed')} by both versions, ` +
        `of which the action takes ${count('notes')}.`,
    );
    if (process.env['JUDGE_NOTES'])
      for (const { file, notes } of results) for (const note of notes) console.log(`${file}: ${note}`);
    return differing.length === 0 && files.length > 0;
  } finally {
    rmSync(stage, { recursive: true });
  }
}

const places = process.argv.slice(2);
if (places.length === 0) throw new Error('Usage: npm run judge -- <folder>…');
process.exitCode = (await judge(places)) ? 0 : 1;
