import path from 'node:path';
import { EXTENSIONS, type PolicyKind } from '../model/policy.ts';

/** The kind of policy that a file's extension stands for. */
export function kindOf(file: string): PolicyKind | undefined {
  const extension = path.posix.extname(file) || path.posix.basename(file);
  return (Object.keys(EXTENSIONS) as PolicyKind[]).find((kind) => EXTENSIONS[kind] === extension);
}
