import { type ParseArgsConfig, parseArgs } from 'node:util';
import { LIMITED_CASES } from './limited.ts';

const OTHERS = [
  ...(['own-cost', 'start-up', 'discovery', 'crowd'] as const),
  ...(['memory', 'neighbour', 'pairs', 'shell'] as const),
  ...(['terraform', 'sets', 'trouble'] as const),
];

const PARTS = [...Object.keys(LIMITED_CASES), ...OTHERS];

export const usage = `Measures the built action against the limit of the server, and beside what a shell script does.

Usage: npm run bench -- [options]

  --only <part,…>       only these parts: ${PARTS.slice(0, 5).join(', ')},
                        ${OTHERS.join(', ')}
  --sizes <number,…>    numbers of policies in the parts with a limit (default: 10,100,300,1000)
  --limit <number>      requests a second (default: 30)
  --latency <ms>        how long the server takes to answer (default: 80)
  --quick               small numbers, four minutes instead of thirteen
  --save                write bench/results.json and docs/performance.md; needs a whole run
  --help                this text
`;

const options = {
  only: { type: 'string' },
  sizes: { type: 'string' },
  limit: { type: 'string', default: '30' },
  latency: { type: 'string', default: '80' },
  quick: { type: 'boolean', default: false },
  save: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} satisfies ParseArgsConfig['options'];

export interface BenchOptions {
  readonly help: boolean;
  readonly save: boolean;
  readonly quick: boolean;
  readonly limit: number;
  readonly latency: number;
  readonly sizes: readonly number[];
  /** Whether this part is wanted. */
  readonly wants: (part: (typeof OTHERS)[number] | keyof typeof LIMITED_CASES) => boolean;
}

export function readOptions(): BenchOptions {
  const { only, sizes, limit, latency, quick, save, help } = parseArgs({ options }).values;
  const parts = only?.split(',');
  const unknown = parts?.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new Error(`--only knows no ${unknown}`);
  if (save && (quick || only !== undefined || sizes !== undefined))
    throw new Error('--save needs a whole run');
  return {
    ...{ help, save, quick },
    limit: atLeast(1, limit, 'limit'),
    latency: atLeast(0, latency, 'latency'),
    sizes: (sizes ?? (quick ? '10,100' : '10,100,300,1000'))
      .split(',')
      .map((size) => atLeast(1, size, 'sizes')),
    wants: (part) => parts?.includes(part) ?? true,
  };
}

function atLeast(least: number, text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${name} takes whole numbers from ${least} on, not ${text}`);
}
