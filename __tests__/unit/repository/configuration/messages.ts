import { expect } from '@jest/globals';
import { describeProblem } from '../../../../src/model/problem.ts';
import { readConfiguration } from '../../../../src/repository/configuration/configuration.ts';

/** A configuration's text, and what the user is told of it, in order: `2: the message and the advice`. */
export type Case = [title: string, text: string, messages: string[]];

/** All problems of a text, each without the path in front of its places. */
export async function messagesOf(path: string, text: string): Promise<string[]> {
  const { problems } = await readConfiguration(path, text);
  expect(problems.every(({ place }) => place?.file === path)).toBe(true);
  return problems.map((problem) => describeProblem(problem).replaceAll(`${path}:`, ''));
}
