/** A line that the runner takes for a workflow command, on stdout as on stderr. */
export type Command = {
  name: string;
  properties: Record<string, string>;
  /** Unescaped. */
  message: string;
  /** The `##[name]` form, which the runner finds anywhere in a line. */
  legacy: boolean;
};

export type Annotation = {
  level: 'error' | 'warning' | 'notice';
  message: string;
  title?: string;
  file?: string;
  line?: number;
  endLine?: number;
};

export function parseLog(log: string): { lines: string[]; commands: Command[] } {
  const lines: string[] = [];
  const commands: Command[] = [];
  // No other character does. A lone carriage return ends a line for the runner, too (docs/github.md#log-commands).
  for (const line of log.split(/\r\n|\n|\r/)) {
    const command = parseCommand(line);
    if (command) commands.push(command);
    else if (line !== '') lines.push(line);
  }
  return { lines, commands };
}

function parseCommand(line: string): Command | undefined {
  const current = /^\s*::([^\s:]+)(?: +(.*?))?::(.*)$/s.exec(line);
  if (current) {
    const [, name = '', properties = '', message = ''] = current;
    return { name, properties: parseProperties(properties), message: unescaped(message), legacy: false };
  }
  const legacy = /##\[([^\s\]]+)(?: +([^\]]*))?\](.*)$/s.exec(line);
  if (!legacy) return undefined;
  const [, name = '', , message = ''] = legacy;
  return { name, properties: {}, message, legacy: true };
}

function parseProperties(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=');
    return [name.trim(), unescaped(value.join('=').replaceAll('%3A', ':').replaceAll('%2C', ','))];
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

export function annotationsOf(commands: Command[]): Annotation[] {
  return commands.flatMap(({ name, properties, message }): Annotation[] => {
    if (name !== 'error' && name !== 'warning' && name !== 'notice') return [];
    const { title, file, line, endLine } = properties;
    return [
      {
        level: name,
        message,
        ...(title ? { title } : {}),
        ...(file ? { file } : {}),
        ...(line ? { line: Number(line) } : {}),
        ...(endLine ? { endLine: Number(endLine) } : {}),
      },
    ];
  });
}
