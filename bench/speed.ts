/** The README's section on speed, made from bench/results.json: `node bench/speed.ts` renews it. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { LimitedRun, Results } from './results.ts';
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
  return [
    limitedTable(results),
    ...firstPublishCharts(results),
    nothingToDoChart(results),
    ownCost(results),
  ].join('\n');
}

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
  return `With ${server.limit} requests a second and ${server.latency} ms an answer; time as a multiple of what these two leave to any client:

${table([...head, ...sizes.map((size) => `time for ${whole(size)}`)], rows)}`;
}

function firstPublishCharts({ limited, shell }: Results): string[] {
  const runs = [
    ...limited
      .filter(({ name }) => name === 'first publish')
      .map((run) => ({ ...run, name: 'this action', complete: run.policies })),
    ...shell,
  ].filter(({ policies }) => policies === SHOWN);
  const names = runs.map(({ name }) => name);
  return [
    chart(
      `First publish of ${SHOWN}: policies that arrived`,
      names,
      runs.map(({ complete }) => complete),
    ),
    chart(
      `First publish of ${SHOWN}: time, the least possible is 1`,
      names,
      runs.map(({ ratio }) => ratio),
    ),
  ];
}

function nothingToDoChart({ limited }: Results): string {
  const runs = limited.filter(({ policies }) => policies === SHOWN);
  const requests = (runs: readonly LimitedRun[]) => runs.map((run) => run.requests);
  return chart(
    `Requests for ${SHOWN} policies`,
    runs.map(({ name }) => name),
    requests(runs),
  );
}

function chart(title: string, names: readonly string[], values: readonly number[]): string {
  const axis = names.map((name) => JSON.stringify(name)).join(', ');
  const top = Math.ceil(Math.max(...values) * 1.1);
  return `\`\`\`mermaid
xychart-beta horizontal
  title "${title}"
  x-axis [${axis}]
  y-axis 0 --> ${top}
  bar [${values.map((value) => Number(value.toPrecision(3))).join(', ')}]
\`\`\`
`;
}

function ownCost({ ownCost, startUp, discovery, memory, neighbour, notes }: Results): string {
  const facts: string[] = [];
  if (ownCost !== undefined) {
    facts.push(`A new policy costs ${decimal(ownCost.cpuMillisecondsPerPolicy)} ms of CPU time.`);
  }
  if (startUp !== undefined) {
    const ratio = decimal(startUp.action / startUp.bareNode);
    facts.push(`The first request leaves after ${ratio} times what a bare Node.js program takes for one.`);
  }
  for (const { name, policies, bytes, memoryMB } of memory) {
    const sizes = `${whole(policies)} policies of ${whole(bytes / 1000)} kB`;
    facts.push(`Memory at its peak, ${name} of ${sizes}: ${whole(memoryMB)} MB.`);
  }
  if (discovery !== undefined) {
    const [, some, many] = discovery.runs.map(({ files }) => whole(files));
    facts.push(`Checking ${many} files costs ${decimal(discovery.growth.cpu)} times what ${some} cost.`);
  }
  if (neighbour !== undefined) {
    const { policies, tooManyPer50 } = neighbour;
    facts.push(
      `Beside a tool that takes half of the limit, ${policies} policies were published, and ${decimal(tooManyPer50)} of 50 requests refused.`,
    );
  }
  return [...facts, ...notes].map((fact) => `- ${fact}\n`).join('');
}

if (import.meta.main) renewReadme();
