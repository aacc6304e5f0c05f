/** The tables and charts of docs/performance.md, made from bench/results.json: `node bench/performance.ts` renews them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { CHANGED, FIRST, NOTHING, STAMPED } from './limited.ts';
import type { Attempt, LimitedRun, Results, ShellRun, ToolRun, Trouble } from './results.ts';
import { decimal, table, whole } from './table.ts';

export const RESULTS = 'bench/results.json';
const PAGE = 'docs/performance.md';

/** The number of policies that the charts show. */
const SHOWN = 300;

/** What the page says between a line `<!-- name: … -->` and a line `<!-- /name -->`. */
const SECTIONS: Readonly<Record<string, (results: Results) => string>> = {
  machine,
  limited: (results) => [limitedTable(results), ...charts(results), list(losses(results))].join('\n'),
  terraform: (results) => comparison(besideTerraform(results)),
  sets: (results) => [comparison(asSets(results)), list(setFacts(results))].join('\n'),
  trouble: ({ trouble }) => troubleTable(trouble),
  more: (results) => list(facts(results)),
};

export function renewPage(): void {
  const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
  writeFileSync(PAGE, withResults(readFileSync(PAGE, 'utf8'), results));
}

/** The page with the sections that these results give. */
export function withResults(page: string, results: Results): string {
  return Object.entries(SECTIONS).reduce((text, [name, section]) => {
    const begin = `<!-- ${name}: made by bench/performance.ts from bench/results.json -->`;
    const [before, rest] = halves(text, begin);
    const end = `<!-- /${name} -->`;
    const [, after] = halves(rest, end);
    return `${before}${begin}\n\n${section(results)}\n${end}${after}`;
  }, page);
}

function halves(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`${PAGE} has no line ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join('');

function machine({ machine: { node, cores }, server, terraform, notes }: Results): string {
  const versions = [`Node.js ${node}`, ...(terraform === undefined ? [] : [terraform.versions])].join(', ');
  return list([
    // First, because they may limit what the times mean.
    ...notes,
    `The server accepts ${server.limit} requests per second and responds after ${server.latency} ms.`,
    `${versions}, ${cores} cores.`,
  ]);
}

function limitedTable({ limited }: Results): string {
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
      ...sizes.map((size) => ratioOf(runsOf(name).find(({ policies }) => policies === size))),
    ];
  });
  const head = ['', `requests for ${SHOWN}`, 'fewest possible', 'refused (429)'];
  return table([...head, ...sizes.map((size) => `time for ${whole(size)}`)], rows);
}

const ratioOf = (run: LimitedRun | undefined): string => (run === undefined ? '–' : decimal(run.ratio));

function charts({ limited, shell }: Results): string[] {
  const ours = limited.filter(({ policies }) => policies === SHOWN);
  const action = ours
    .filter(({ name }) => name === FIRST)
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

const losses = ({ shell }: Results): string[] =>
  shell.filter(({ policies }) => policies === SHOWN).flatMap(lossOf);

interface Compared {
  readonly name: string;
  readonly action: Omit<ToolRun, 'name' | 'tool'>;
  /** Undefined where there was no Terraform. */
  readonly terraform: ToolRun | undefined;
}

/** Individually managed policies: what a run with stamps is compared with has none. */
function besideTerraform({ limited, single, terraform }: Results): Compared[] {
  const shown = limited.filter(({ policies }) => policies === (terraform?.policies ?? SHOWN));
  return shown.flatMap((action: LimitedRun) => {
    const other = action.name === STAMPED ? NOTHING : action.name;
    const run = single.find(({ name }) => name === other);
    return run === undefined ? [] : [{ name: action.name, action, terraform: run }];
  });
}

const asSets = ({ sets }: Results): Compared[] =>
  [FIRST, NOTHING, CHANGED].flatMap((name) => {
    const runs = (sets?.runs ?? []).filter((run) => run.name === name);
    const action = runs.find(({ tool }) => tool === 'this action');
    const terraform = runs.find(({ tool }) => tool === 'Terraform');
    return action === undefined ? [] : [{ name, action, terraform }];
  });

function comparison(compared: readonly Compared[]): string {
  const share = (action: number, terraform: number | undefined) =>
    terraform === undefined ? '–' : (action / terraform).toPrecision(2);
  const rows = compared.flatMap(({ name, action, terraform }, at) => {
    const own = [name, 'this action', ...figures(action)];
    const shares = [
      share(action.seconds, terraform?.seconds),
      share(action.cpuSeconds, terraform?.cpuSeconds),
    ];
    // One run of Terraform may stand beside two of the action.
    const isLast = terraform !== undefined && compared[at + 1]?.terraform !== terraform;
    const other = isLast ? [[terraform.name, 'Terraform', ...figures(terraform), '1', '1']] : [];
    return [[...own, ...shares], ...other];
  });
  return table(
    [
      '',
      'by',
      'requests',
      'refused (429)',
      's',
      'CPU s',
      'MB',
      'time (Terraform = 1)',
      'CPU (Terraform = 1)',
    ],
    rows,
  );
}

const figures = ({ requests, tooMany, seconds, cpuSeconds, memoryMB }: Compared['action']): string[] => [
  ...[whole(requests), whole(tooMany), decimal(seconds), decimal(cpuSeconds)],
  memoryMB === undefined ? '–' : whole(memoryMB),
];

function setFacts(results: Results): string[] {
  const { sets, limited } = results;
  const single = limited.find(({ name, policies }) => name === FIRST && policies === sets?.policies);
  const [first] = asSets(results);
  if (sets === undefined || first === undefined) return [];
  const lines: string[] = [];
  if (single !== undefined) {
    const times = decimal(single.seconds / first.action.seconds);
    lines.push(
      `A first publish of ${whole(sets.policies)} policies takes ${times} times as long when they are managed individually.`,
    );
  }
  if (first.terraform !== undefined) {
    const { readySeconds } = sets;
    const ratio = decimal((first.action.seconds - readySeconds) / first.terraform.seconds);
    lines.push(
      `Terraform does not wait until the server has processed the version, which takes ${decimal(readySeconds)} s here. Without that time, the first publish by the action takes ${ratio} times as long as by Terraform.`,
    );
  }
  return lines;
}

function troubleTable(trouble: readonly Trouble[]): string {
  const rows = trouble.map(({ name, tool, attempts }) => {
    const [first, next] = attempts;
    return [name, tool, endOf(first), endOf(next), attempts.at(-1)?.state ?? '–'];
  });
  return table(['what goes wrong', 'by', 'run', 'next run', 'organization after a third run'], rows);
}

const endOf = (attempt: Attempt | undefined): string =>
  attempt === undefined
    ? '–'
    : `${attempt.exitCode === 0 ? 'succeeds' : 'fails'}: “${inCell(attempt.says.replace(/^Error: /, ''))}”`;

/** As text in a table. */
const inCell = (text: string): string => text.replace(/[\\|`*_<[\]]/g, '\\$&');

function facts({ ownCost, startUp, discovery, crowd, memory, neighbour, pairs }: Results): string[] {
  const lines: string[] = [];
  if (ownCost !== undefined) {
    lines.push(`A new policy costs ${decimal(ownCost.cpuMillisecondsPerPolicy)} ms of CPU time.`);
  }
  if (startUp !== undefined) {
    const ratio = decimal(startUp.action / startUp.bareNode);
    lines.push(`The first request is sent after ${ratio} times as long as in a bare Node.js program.`);
  }
  for (const { name, count, things, bytes, memoryMB } of memory) {
    const sizes = `${whole(count)} ${things} of ${whole(bytes / 1000)} kB`;
    lines.push(`Peak memory, ${name} of ${sizes}: ${whole(memoryMB)} MB.`);
  }
  if (discovery !== undefined) {
    const [, some, many] = discovery.runs.map(({ files }) => whole(files));
    lines.push(
      `A dry run for ${many} files takes ${decimal(discovery.growth.cpu)} times the CPU time of one for ${some}.`,
    );
  }
  if (crowd !== undefined) {
    const ratios = crowd.beside.map(({ folder, ratio }) => `${decimal(ratio)} in \`${folder}\``);
    lines.push(
      `A dry run for ${crowd.policies} policies next to ${whole(crowd.files)} other files, compared with the same policies alone, takes this many times as long: ${ratios.join(', ')}.`,
    );
  }
  if (neighbour !== undefined) {
    const { policies, tooManyPer50 } = neighbour;
    lines.push(
      `Together with a client that uses half of the limit, ${policies} policies were published; of 50 requests of both, ${decimal(tooManyPer50)} were refused.`,
    );
  }
  if (pairs !== undefined) {
    lines.push(
      `In ${pairs.pairs} pairs of runs, the second started as soon as the first had ended, ${whole(pairs.tooMany)} of ${whole(pairs.requests)} requests were refused.`,
    );
  }
  return lines;
}

/** What a way without the action leaves behind, which makes it look quick. */
function lossOf({ name, policies, complete, withoutCode, tooMany }: ShellRun): string[] {
  if (complete === policies) return [];
  const missing = `${whole(policies - complete)} of ${whole(policies)} policies`;
  return [
    `\`${name}\` received 429 for ${whole(tooMany)} requests and ended without ${missing}: ${whole(withoutCode)} of these exist, but without code.`,
  ];
}

if (import.meta.main) renewPage();
