/** Rego in odd, but valid forms: what OPA makes of each file is written down beside it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readPackage, readRego } from '../../../../src/repository/languages/rego/rego.ts';

interface Case {
  readonly name: string;
  readonly source: string;
  readonly package: readonly string[];
  /** Whether a query can ask for its rule `deny`. */
  readonly deny: boolean;
  readonly parses: 'v1' | 'both';
}

const cases = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')) as readonly Case[];

/** What these say of themselves is no YAML to OPA; that it reads the rest was seen without annotations. */
const BAD_METADATA = ['rule-anndup2', 'pann-vt'];

/** By the earlier rules this is `deny := 1` and a rule named `if`, which nobody means: it counts as of version 1. */
const MISREAD = ['rule-else'];

describe('is read as OPA reads it', () => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (name, { source, ...expected }) => {
    const rego = await readRego(source);
    const { notV0, notV1 } = rego.versions;
    expect({
      package: rego.package,
      deny: rego.find(['deny']) !== undefined,
      parses: notV0 === undefined ? 'both' : 'v1',
    }).toEqual({
      package: expected.package,
      deny: expected.deny,
      parses: MISREAD.includes(name) ? 'v1' : expected.parses,
    });
    expect(notV1).toBeUndefined();
    expect(rego.fault).toBeUndefined();
    expect(rego.wrongImports).toEqual([]);
    expect(rego.metadataFaults).toHaveLength(BAD_METADATA.includes(name) ? 1 : 0);
    expect(readPackage(source)).toEqual(expected.package);
  });
});
