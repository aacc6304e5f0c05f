/** The README's section on speed, made from bench/results.json: `node bench/speed.ts` renews it. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Results, ShellRun } from './results.ts';
import { decimal, table, whole } from './table.ts';

export const RESULTS = 'bench/results.json';
const BEGIN = '<!-- speed: made by bench/speed.ts from bench/results.json -->';
const END = '<!-- /speed -->';

/** The number of policies that the charts show. */
const SHOWN = 300;

export function renewReadme(): void {
  const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
  writeFileSync('README.md', withSpeed(readFileSync('README.md', 'utf8'), results));
}

/** The README with the section that these results give. */
export function withSpeed(readme: string, results: Results): string {
  const [before, rest] = halves(readme, BEGIN);
  const [, after] = halves(rest, END);
  return `${before}${BEGIN}\n\n${speed(results)}\n${END}${after}`;
}

function halves(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`README.md has no line ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

function speed(results: Results): string {
  const { notes } = results;
  // First, as they may be that the times mean little.
  const first = notes.length === 0 ? [] : [list(notes)];
  return [...first, limitedTable(results), ...charts(results), list(facts(results))].join('\n');
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join('');

function limitedTable({ limited, server }: Results): string {
  const sizes = [...new Set(limited.map(({ policies }) => policies))];
  const names = [...new Set(limited.map(({ name }) => name))];
  const runsOf = (name: string) => limited.filter((run) => run.name === name);
  const rows = names.map((name) => {
    const shown = runsOf(name).find(({ policies }) => policies === SHOWN);
    return [
      name,
      whole(shown?.requests ?? Number.NaN),
      whole(shown?.fewest ?? Number.NaN),
      whole(runsOf(name).reduce((sum, { tooMany }) => sum + tooMany, 0)),
      ...runsOf(name).map(({ ratio }) => decimal(ratio)),
    ];
  });
  const head = ['', `requests for ${SHOWN}`, 'fewest possible', 'refused (429)'];
  return `The server takes ${server.limit} requests in each second and answers after ${server.latency} ms. Times are multiples of the least that these two leave
to any client, from the first request on; of a dry run, which asks once, they are the action's own work:

${table([...head, ...sizes.map((size) => `time for ${whole(size)}`)], rows)}`;
}

function charts({ limited, shell }: Results): string[] {
  const ours = limited.filter(({ policies }) => policies === SHOWN);
  const action = ours
    .filter(({ name }) => name === 'first publish')
    // Start-up included, as it is in the others' time.
    .map((run) => ({ name: 'this action', complete: run.policies, ratio: run.seconds / run.least }));
  const ways = [...action, ...shell.filter(({ policies }) => policies === SHOWN)];
  const bars = <T extends { name: string }>(runs: readonly T[], length: (run: T) => number): Bar[] =>
    runs.map((run) => [run.name, length(run)]);
  return [
    chart(
      `First publish of ${SHOWN} policies: how many arrived`,
      bars(ways, ({ complete }) => complete),
    ),
    chart(
      `First publish of ${SHOWN} policies: time, where 1 is the least possible`,
      bars(ways, ({ ratio }) => ratio),
    ),
    chart(
      `Requests of this action for ${SHOWN} policies`,
      bars(ours, ({ requests }) => requests),
    ),
  ];
}

type Bar = readonly [name: string, length: number];

function chart(title: string, bars: readonly Bar[]): string {
  const names = bars.map(([name]) => JSON.stringify(name));
  const lengths = bars.map(([, length]) => Number(length.toPrecision(3)));
  return `\`\`\`mermaid
xychart-beta horizontal
  title "${title}"
  x-axis [${names.join(', ')}]
  y-axis 0 --> ${Math.ceil(Math.max(...lengths) * 1.1)}
  bar [${lengths.join(', ')}]
\`\`\`
`;
}

function facts({ shell, ownCost, startUp, discovery, crowd, memory, neighbour, pairs }: Results): string[] {
  const lines = shell.filter(({ policies }) => policies === SHOWN).flatMap(lossOf);
  if (ownCost !== undefined) {
    lines.push(`A new policy costs ${decimal(ownCost.cpuMillisecondsPerPolicy)} ms of CPU time.`);
  }
  if (startUp !== undefined) {
    const ratio = decimal(startUp.action / startUp.bareNode);
    lines.push(`The first request leaves after ${ratio} times what a bare Node.js program takes for one.`);
  }
  for (const { name, policies, bytes, memoryMB } of memory) {
    const sizes = `${whole(policies)} policies of ${whole(bytes / 1000)} kB`;
    lines.push(`Memory at its peak, ${name} of ${sizes}: ${whole(memoryMB)} MB.`);
  }
  if (discovery !== undefined) {
    const [, some, many] = discovery.runs.map(({ files }) => whole(files));
    lines.push(
      `A dry run for ${many} files costs ${decimal(discovery.growth.cpu)} times what one for ${some} costs.`,
    );
  }
  if (crowd !== undefined) {
    const ratios = crowd.beside.map(({ folder, ratio }) => `${decimal(ratio)} in \`${folder}\``);
    lines.push(
      `A dry run for ${crowd.policies} policies beside ${whole(crowd.files)} other files takes, times what it takes alone: ${ratios.join(', ')}.`,
    );
  }
  if (neighbour !== undefined) {
    const { policies, tooManyPer50 } = neighbour;
    lines.push(
      `Beside a tool that takes half of the limit, ${policies} policies were published; of 50 requests of both, ${decimal(tooManyPer50)} were refused.`,
    );
  }
  if (pairs !== undefined) {
    lines.push(
      `In ${pairs.pairs} pairs of runs, the second begun as soon as the first had ended, ${whole(pairs.tooMany)} of ${whole(pairs.requests)} requests were refused.`,
    );
  }
  return lines;
}

/** What a way without the action leaves behind, which makes it look quick. */
function lossOf({ name, policies, complete, withoutCode, tooMany }: ShellRun): string[] {
  if (complete === policies) return [];
  const missing = `${whole(policies - complete)} of ${whole(policies)} policies`;
  return [
    `\`${name}\` was refused ${whole(tooMany)} times and ended without ${missing}: ${whole(withoutCode)} of these exist, but without code.`,
  ];
}

if (import.meta.main) renewReadme();
