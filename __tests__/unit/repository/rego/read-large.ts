/** Reads the Rego file that it is given, and prints the rule that it looks up. */
import { readFileSync } from 'node:fs';
import { readRego } from '../../../../src/repository/languages/rego/rego.ts';

const rego = await readRego(readFileSync(process.argv[2] ?? '', 'latin1'));
process.stdout.write(rego.find(['deny']) === undefined ? 'nothing' : 'deny');
