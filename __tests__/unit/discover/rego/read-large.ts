/** Reads the Rego file that it is given, and prints by how many bytes the process grew for it, the text included. */
import { readFileSync } from 'node:fs';
import { readRego } from '../../../../src/discover/rego/rego.ts';

await readRego('# METADATA\n# title: T\npackage p\n');
const before = process.memoryUsage().rss;
const rego = await readRego(readFileSync(process.argv[2] ?? '', 'latin1'));
rego.find(['deny']);
process.stdout.write(String(process.resourceUsage().maxRSS * 1024 - before));
