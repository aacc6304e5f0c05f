import type { LimitedRun, MemoryRun, Results, ShellRun, ToolRun, Trouble } from './results.ts';
import { decimal, table, whole } from './table.ts';

/** All results as tables. */
export function readable(results: Results): string {
  const { machine, server, limited, shell, single, sets, trouble, memory, notes } = results;
  const parts = [
    `Node.js ${machine.node}, ${machine.cores} cores; ${server.limit} requests a second, ${server.latency} ms an answer\n`,
    ...(limited.length > 0 ? [limitedTable(limited)] : []),
    ...(shell.length > 0 ? [shellTable(shell)] : []),
    ...(single.length > 0 || sets !== undefined ? [toolTable(results)] : []),
    ...(trouble.length > 0 ? [troubleTable(trouble)] : []),
    ...(memory.length > 0 ? [memoryTable(memory)] : []),
    ...others(results),
    ...notes.map((note) => `${note}\n`),
  ];
  return `\n${parts.join('\n')}`;
}

const limitedTable = (runs: readonly LimitedRun[]) =>
  table(
    [
      ...['case', 'policies', 'requests', 'fewest', '429', 's', 'of which start', 'least s', 'ratio'],
      ...['MB', 'CPU s'],
    ],
    runs.map((run) => [
      ...[run.name, whole(run.policies), whole(run.requests), whole(run.fewest), whole(run.tooMany)],
      ...[run.seconds, run.startSeconds, run.least, run.ratio].map(decimal),
      ...[whole(run.memoryMB), decimal(run.cpuSeconds)],
    ]),
  );

const shellTable = (runs: readonly ShellRun[]) =>
  table(
    ['first publish', 'policies', 'requests', '429', 'complete', 'without code', 's', 'ratio'],
    runs.map((run) => [
      ...[run.name, ...[run.policies, run.requests, run.tooMany, run.complete, run.withoutCode].map(whole)],
      ...[run.seconds, run.ratio].map(decimal),
    ]),
  );

const toolTable = ({ single, sets }: Results) =>
  table(
    ['case', 'as', 'by', 'requests', '429', 's', 'CPU s', 'MB'],
    [
      ...single.map((run) => [run.name, 'policies', ...toolCells(run)]),
      ...(sets?.runs ?? []).map((run) => [run.name, 'a set', ...toolCells(run)]),
    ],
  );

export const toolCells = ({ tool, requests, tooMany, seconds, cpuSeconds, memoryMB }: ToolRun): string[] => [
  ...[tool, whole(requests), whole(tooMany), decimal(seconds), decimal(cpuSeconds)],
  memoryMB === undefined ? '–' : whole(memoryMB),
];

const troubleTable = (results: readonly Trouble[]) =>
  table(
    ['what goes wrong', 'by', 'run', 'exit code', 'says', 'afterwards'],
    results.flatMap(({ name, tool, attempts }) =>
      attempts.map(({ exitCode, says, state }, index) => [
        ...[name, tool, String(index + 1), String(exitCode), says, state],
      ]),
    ),
  );

const memoryTable = (runs: readonly MemoryRun[]) =>
  table(
    ['memory', 'of', 'bytes each', 'MB', 's', 'CPU s'],
    runs.map(({ name, count, things, bytes, memoryMB, seconds, cpuSeconds }) => [
      ...[
        name,
        `${whole(count)} ${things}`,
        whole(bytes),
        whole(memoryMB),
        decimal(seconds),
        decimal(cpuSeconds),
      ],
    ]),
  );

function others({ ownCost, startUp, discovery, crowd, neighbour, pairs }: Results): string[] {
  const texts: string[] = [];
  if (ownCost !== undefined) {
    const runs = ownCost.runs.map(({ policies, cpuSeconds }) => `${policies}: ${decimal(cpuSeconds)} s`);
    texts.push(
      `CPU without limit and latency: ${runs.join(', ')}; ${decimal(ownCost.cpuMillisecondsPerPolicy)} ms a policy\n`,
    );
  }
  if (startUp !== undefined) {
    texts.push(
      `First request after ${whole(startUp.action)} ms, of a bare Node.js program after ${whole(startUp.bareNode)} ms (medians of ${startUp.runs})\n`,
    );
  }
  if (discovery !== undefined) {
    const { runs, growth } = discovery;
    texts.push(
      `${table(
        ['files, planned', 's', 'CPU s', 'MB'],
        runs.map((run) => [
          ...[whole(run.files), decimal(run.seconds), decimal(run.cpuSeconds), whole(run.memoryMB)],
        ]),
      )}Ten times the files: ${decimal(growth.seconds)} times the time, ${decimal(growth.cpu)} times the CPU\n`,
    );
  }
  if (crowd !== undefined) {
    const ratios = crowd.beside.map(({ folder, ratio }) => `in ${folder} ${decimal(ratio)}`);
    texts.push(
      `${crowd.policies} policies, planned, alone: ${decimal(crowd.aloneSeconds)} s; beside ${whole(crowd.files)} files ` +
        `${ratios.join(', ')} times that (medians of ${crowd.rounds})\n`,
    );
  }
  if (neighbour !== undefined) {
    const { requests, tooMany, tooManyPer50, seconds, least } = neighbour;
    texts.push(
      `Beside a tool that takes half of the limit: ${whole(requests)} requests in ${decimal(seconds)} s, ${tooMany} 429s; ` +
        `the other ${whole(neighbour.neighbour.requests)} in ${decimal(neighbour.neighbour.seconds)} s, ${neighbour.neighbour.tooMany} 429s; ` +
        `of 50 requests ${decimal(tooManyPer50)} were refused; least for both ${decimal(least)} s\n`,
    );
  }
  if (pairs !== undefined) {
    texts.push(
      `Pairs of runs, one right after the other: ${pairs.pairs}, with ${whole(pairs.requests)} requests; ` +
        `${pairs.tooMany} 429s, in ${pairs.refusedPairs} pairs\n`,
    );
  }
  return texts;
}
