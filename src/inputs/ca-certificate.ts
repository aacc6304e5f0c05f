import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Reader } from './reader.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** `ca-certificate`: the path of a PEM bundle, or the bundle itself (docs/behavior.md#inputs). Returns PEM. */
export function readCaCertificate(reader: Reader): string | undefined {
  const given = reader.text('ca-certificate')?.trim();
  if (given === undefined) return undefined;
  const bundle = given.includes('-----BEGIN') ? given : readBundle(given, reader);
  const certificates = bundle.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw new Error(
      'contains no "-----BEGIN CERTIFICATE-----" block; set it to a PEM bundle or the path of one',
    );
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
    throw new Error(`contains an invalid certificate, number ${index + 1} in the bundle`);
  }
}
