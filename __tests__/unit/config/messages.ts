import { expect } from '@jest/globals';
import { readConfiguration } from '../../../src/config/configuration.ts';
import { describeProblem } from '../../../src/problem.ts';

/** A configuration's text, and what the user is told of it, in order: `2: the message and the advice`. */
export type Case = [title: string, text: string, messages: string[]];

/** All problems of a text, each without the path in front of its places. */
export async function messagesOf(path: string, text: string): Promise<string[]> {
  const { problems } = await readConfiguration(path, text);
  expect(problems.every(({ place }) => place?.file === path)).toBe(true);
  return problems.map((problem) => describeProblem(problem).replaceAll(`${path}:`, ''));
}
