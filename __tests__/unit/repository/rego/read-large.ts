/** Reads the Rego file that it is given, and prints by how many bytes the process grew for it, the text included. */
import { existsSync, readFileSync } from 'node:fs';
import { readRego } from '../../../../src/repository/languages/rego/rego.ts';

await readRego('# METADATA\n# title: T\npackage p\n');
const before = process.memoryUsage().rss;
const rego = await readRego(readFileSync(process.argv[2] ?? '', 'latin1'));
rego.find(['deny']);
process.stdout.write(String(peak() - before));

/** On Linux the resource usage of a process begins with the peak of the one that started it. */
function peak(): number {
  const status = '/proc/self/status';
  const kilobytes = existsSync(status)
    ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1]
    : undefined;
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}
