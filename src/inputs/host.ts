/** Where HCP Terraform or Terraform Enterprise answers. */
export interface Host {
  /** `https://app.terraform.io`: scheme, host and port, no path. */
  readonly origin: string;
  /** `app.terraform.io`, or `host:port`, as people write it. */
  readonly name: string;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads a host name, `host:port` or URL.
 *
 * @throws Error that says what is wrong with the text, without the text's credentials.
 */
export function parseHost(text: string): Host {
  const url = parseUrl(text);
  if (url.username !== '' || url.password !== '')
    throw new Error('holds credentials; the token goes into `token`');
  if (url.search !== '' || url.hash !== '')
    throw new Error('holds a query or a fragment; give the host alone');
  if (url.pathname !== '/')
    throw new Error(`holds the path ${url.pathname}; give the host alone, the API is at /api/v2`);
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new Error(
      'is http, which would send the token in clear; use https (http is for loopback addresses only)',
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
 * The token that the Terraform CLI would use: `TF_TOKEN_` and the host's name, in which `_` stands for a dot
 * and `__` for a hyphen. A variable that names no port serves every port of its host.
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
