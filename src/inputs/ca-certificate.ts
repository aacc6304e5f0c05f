import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Reader } from './reader.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** `ca-certificate`: a path of a PEM bundle, or the bundle itself (docs/behavior.md#inputs). The answer is PEM. */
export function readCaCertificate(reader: Reader): string | undefined {
  const given = reader.text('ca-certificate')?.trim();
  if (given === undefined) return undefined;
  const bundle = given.includes('-----BEGIN') ? given : readBundle(given, reader);
  const certificates = bundle.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw new Error('holds no "-----BEGIN CERTIFICATE-----" block; give a PEM bundle, or its path');
  }
  certificates.forEach(mustBeSound);
  return certificates.join('\n');
}

function readBundle(path: string, { environment, text }: Reader): string {
  const folder = resolve(environment['GITHUB_WORKSPACE'] ?? '.', text('working-directory') ?? '.');
  try {
    return readFileSync(resolve(folder, path), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `names the file "${path}", which cannot be read (${code}); paths are relative to \`working-directory\``,
    );
  }
}

function mustBeSound(pem: string, index: number): void {
  try {
    new X509Certificate(pem);
  } catch {
    throw new Error(`holds a certificate that is damaged, number ${index + 1} of the bundle`);
  }
}
