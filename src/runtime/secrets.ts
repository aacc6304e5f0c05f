/** Shortest text that is taken for a secret: shorter ones would blank half of every report. */
const SHORTEST = 6;

/** What must never be shown. The runner masks its log; texts that are sent elsewhere have to be clean by themselves. */
export class Secrets {
  /** The longest first: one secret may begin with another. */
  #forms: readonly string[] = [];

  /** Remembers a secret in the forms that a text may hold it in: plain, percent-encoded, Base64. */
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

  /** Every form to look for, none of them shorter than is taken for a secret. */
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

/** The characters of a Base64 text that depend on the secret alone, when it begins at this offset of three bytes. */
function innerBase64(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const first = offset === 0 ? 0 : offset + 1;
  const last = Math.floor(bytes.length / 3) * 4;
  return bytes.toString('base64').slice(first, last);
}
