/** The host of HCP Terraform or Terraform Enterprise. */
export interface Host {
  /** `https://app.terraform.io`: scheme, host and port, no path. */
  readonly origin: string;
  /** `app.terraform.io` or `host:port`. */
  readonly name: string;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads a host name, `host:port` or URL.
 *
 * @throws Error that says what is wrong, without any credentials in the text
 */
export function parseHost(text: string): Host {
  const url = parseUrl(text);
  if (url.username !== '' || url.password !== '')
    throw new Error('contains credentials; put the token in `token`');
  if (url.search !== '' || url.hash !== '')
    throw new Error('contains a query or a fragment; set only the host');
  if (url.pathname !== '/')
    throw new Error(`contains the path ${url.pathname}; set only the host (the API is at /api/v2)`);
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new Error(
      'uses http, which would send the token unencrypted; use https (http is only allowed for loopback addresses)',
    );
  }
  return { origin: url.origin, name: url.host };
}

function parseUrl(text: string): URL {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'https' && scheme !== 'http') {
    throw new Error(`has the scheme ${scheme}; use https`);
  }
  const address = scheme === undefined ? `https://${text}` : text;
  if (/\s/.test(text) || !URL.canParse(address)) {
    throw new Error(
      'is not a host name, host:port or URL, such as app.terraform.io or https://tfe.example.com',
    );
  }
  return new URL(address);
}

/**
 * The token that the Terraform CLI would use: `TF_TOKEN_` and the host name, in which `_` stands for a dot and `__` for
 * a hyphen. A variable without a port applies to every port of its host.
 */
export function terraformCliToken(environment: NodeJS.ProcessEnv, host: Host): string | undefined {
  const tokens = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('TF_TOKEN_') || value === undefined || value.trim() === '') continue;
    tokens.set(hostOfVariable(name.slice('TF_TOKEN_'.length)), value);
  }
  return tokens.get(host.name) ?? tokens.get(new URL(host.origin).hostname);
}

function hostOfVariable(suffix: string): string {
  const name = suffix.replaceAll('__', '-').replaceAll('_', '.');
  const address = `https://${name}`;
  return URL.canParse(address) ? new URL(address).host : name.toLowerCase();
}
