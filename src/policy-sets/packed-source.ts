import type { Problem } from '../model/problem.ts';
import { readSource, type Source, sourceOf } from '../repository/source.ts';
import type { PackedFile } from './packed-file.ts';

/** The code of a packed file, or a problem on the file in the workspace. */
export const packedSource = ({ file, bytes }: PackedFile): Source | Problem =>
  'content' in bytes ? sourceOf(file, bytes.content) : readSource({ path: file, location: bytes.location });
