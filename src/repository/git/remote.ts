/** The location of a remote repository, without the credentials that its URL may contain. */
export interface Remote {
  readonly protocol: 'http' | 'ssh';
  /** In lower case. For HTTP with the port, if there is one. */
  readonly host: string;
  /** `owner/repo`, with a prefix on some servers. */
  readonly path: string;
}

/** Longer than any real URL. */
const MAX_LENGTH = 2_000;

/** Reads the URL of `origin` from a Git configuration. Undefined if it has none on a server. */
export function originOf(config: string): Remote | undefined {
  let isOrigin = false;
  for (const line of config.split('\n', 100_000)) {
    const { section, rest } = splitSection(line.trim());
    if (section !== undefined) isOrigin = section === 'remote origin';
    const value = isOrigin ? /^url[ \t]*=(.*)$/i.exec(rest)?.[1] : undefined;
    if (value !== undefined) return parseRemote(plain(value));
  }
  return undefined;
}

/** Variables may follow a header on the same line. The name of a section is not case-sensitive, its subsection is. */
function splitSection(line: string): { section: string | undefined; rest: string } {
  if (!line.startsWith('[')) return { section: undefined, rest: line };
  const [header = '', name = '', sub = ''] = /^\[([\w.-]+)[ \t]+"([^"]*)"\]/.exec(line) ?? [];
  return { section: `${name.toLowerCase()} ${sub}`, rest: line.slice(header.length).trim() };
}

/** A value without quotes and comments. */
function plain(value: string): string {
  if (value.length > MAX_LENGTH) return '';
  const unescaped = (text: string) => text.replace(/\\(.)/g, '$1');
  return value
    .replace(/"((?:[^"\\]|\\.)*)"|[#;].*$/g, (_, quoted?: string) =>
      quoted === undefined ? '' : unescaped(quoted),
    )
    .trim();
}

/** `https://host/owner/repo.git`, `ssh://git@host:22/owner/repo` or `git@host:owner/repo.git`. */
export function parseRemote(address: string): Remote | undefined {
  if (address.length > MAX_LENGTH || /[\s\p{Cc}]/u.test(address)) return undefined;
  const scheme = /^([a-z+]+):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return parseScp(address);
  if (!URL.canParse(address)) return undefined;
  const { host, hostname, pathname } = new URL(address);
  if (scheme === 'https' || scheme === 'http') return remote('http', host, pathname);
  return ['ssh', 'git+ssh', 'ssh+git'].includes(scheme) ? remote('ssh', hostname, pathname) : undefined;
}

/** A single letter before the colon is a Windows drive. */
function parseScp(address: string): Remote | undefined {
  const [, host, path] = /^(?:[^@:/]+@)?([\w.-]{2,}):([^\\]+)$/.exec(address) ?? [];
  return host === undefined || path === undefined ? undefined : remote('ssh', host, path);
}

function remote(protocol: Remote['protocol'], host: string, path: string): Remote | undefined {
  const trimmed = path
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
  return host === '' || trimmed === '' ? undefined : { protocol, host: host.toLowerCase(), path: trimmed };
}

/** `owner/repo` if the remote is on this server, else undefined. */
export function repositoryOn({ protocol, host, path }: Remote, serverUrl: string): string | undefined {
  if (!URL.canParse(serverUrl)) return undefined;
  const server = new URL(serverUrl);
  const hosts = protocol === 'http' ? [server.host] : [server.hostname, `ssh.${server.hostname}`];
  if (!hosts.includes(host)) return undefined;
  const before = server.pathname.replace(/^\//, '').replace(/(?<=[^/])\/?$/, '/');
  const repository = protocol === 'http' && path.startsWith(before) ? path.slice(before.length) : path;
  return /^[\w.-]+\/[\w.-]+$/.test(repository) ? repository : undefined;
}
