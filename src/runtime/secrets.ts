/** Minimum length of a secret: shorter ones would mask half of every report. */
const SHORTEST = 6;

/** Values that must never be shown. The runner masks its log only, so everything that is sent elsewhere is redacted. */
export class Secrets {
  /** Longest first, because one secret may start with another. */
  #forms: readonly string[] = [];

  /** Adds a secret in the forms in which a text may contain it: plain, percent-encoded, Base64. */
  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const base64 = [0, 1, 2].map((offset) => innerBase64(secret, offset));
    const uri = encodeURIComponent(secret);
    const lowerUri = uri.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());
    const base64Url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
    const forms = new Set([...this.#forms, secret, uri, lowerUri, ...base64, ...base64Url]);
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
  }

  /** The text with each secret replaced. */
  redact(text: string): string {
    return this.#forms.reduce((clean, form) => clean.replaceAll(form, '***'), text);
  }

  /** Every form to look for. */
  get forms(): readonly string[] {
    return this.#forms;
  }

  /** A copy of plain data in which every text is redacted. */
  redactAll<T>(data: T): T {
    if (typeof data === 'string') return this.redact(data) as T;
    if (Array.isArray(data)) return data.map((item) => this.redactAll(item)) as T;
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, this.redactAll(value)])) as T;
  }
}

/** The Base64 characters that depend only on the secret, if it starts at this offset within three bytes. */
function innerBase64(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const first = offset === 0 ? 0 : offset + 1;
  const last = Math.floor(bytes.length / 3) * 4;
  return bytes.toString('base64').slice(first, last);
}
