import { describe, expect, test } from '@jest/globals';
import { Secrets } from '../../../src/runtime/secrets.ts';

const TOKEN = 'x9.atlasv1.Zk+3/pq?Q8w_t-7';

function secretsOf(...tokens: string[]): Secrets {
  const secrets = new Secrets();
  for (const token of tokens) secrets.add(token);
  return secrets;
}

describe('redact', () => {
  test.each([
    ['plain', `a ${TOKEN} b`, 'a *** b'],
    ['more than once', `${TOKEN}${TOKEN}`, '******'],
    ['percent-encoded', `?token=${encodeURIComponent(TOKEN)}&x`, '?token=***&x'],
    ['absent', 'nothing here', 'nothing here'],
  ])('hides what is %s', (_, text, expected) => {
    expect(secretsOf(TOKEN).redact(text)).toBe(expected);
  });

  test.each([
    ['at the start', TOKEN],
    ['after one byte', `:${TOKEN}`],
    ['after two bytes', `u:${TOKEN}`],
    ['after three bytes', `us:${TOKEN}`],
    ['with something after it', `user:${TOKEN}:more`],
    ['within a header', `x-access-token:${TOKEN}\n`],
  ])('hides Base64 that has it %s', (_, text) => {
    const encoded = Buffer.from(text).toString('base64');
    const clean = secretsOf(TOKEN).redact(`Basic ${encoded}`);
    expect(clean).toContain('***');
    const [before = '', after = ''] = clean.slice('Basic '.length).split('***');
    expect(before.length + after.length).toBeLessThan(encoded.length - TOKEN.length);
  });

  test('hides each of several', () => {
    expect(secretsOf('first-token', 'other-token').redact('first-token other-token')).toBe('*** ***');
  });

  test('hides the whole of a secret that another begins', () => {
    expect(secretsOf('first-token', 'first-token-and-more').redact('first-token-and-more')).toBe('***');
  });

  test('takes no short text for a secret', () => {
    expect(secretsOf('', 'true', '12345').redact('true 12345')).toBe('true 12345');
  });

  test('does not take a secret for a pattern', () => {
    expect(secretsOf('a.*b$&c').redact('aXXb$&c a.*b$&c')).toBe('aXXb$&c ***');
  });
});

describe('redactAll', () => {
  test('hides a secret wherever it is, and leaves the rest as it is', () => {
    const url = () => 'address';
    const data = { a: ['first-token', 1, null, undefined], b: { c: 'x first-token', d: true, url } };
    expect(secretsOf('first-token').redactAll(data)).toEqual({
      a: ['***', 1, null, undefined],
      b: { c: 'x ***', d: true, url },
    });
    expect(data.a[0]).toBe('first-token');
  });
});
