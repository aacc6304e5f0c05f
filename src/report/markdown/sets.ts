import type { PhrasingContent } from 'mdast';
import { KINDS } from '../../model/kinds.ts';
import { amount, plural, type Report, type SetEntry } from '../report.ts';
import type { Block } from './fit.ts';
import { bullets, code, folded, link, render, strong, table, text } from './nodes.ts';
import { outcomeWords, tableBlock } from './table.ts';

const COLUMNS = ['', 'Policy set', 'Folder', 'Kind', 'Policies', 'Packed', 'What changes'];
const POLICY_COLUMNS = ['Policy', 'File', 'Enforcement level'];

/** One row for each versioned policy set, what failed first. */
export function setTable(report: Report): Block[] {
  const rank = ({ status, action }: SetEntry) => (status === 'failed' ? 0 : action === 'unchanged' ? 2 : 1);
  const sets = (report.sets ?? []).toSorted((a, b) => rank(a) - rank(b));
  return tableBlock(
    COLUMNS,
    sets.map((entry) => [outcomeWords(report, entry), ...setRow(report, entry)]),
  );
}

function setRow({ organization, commit }: Report, entry: SetEntry): PhrasingContent[][] {
  const { name, folder, kind, policies, files } = entry;
  return [
    [link(code(name), organization?.policySetsUrl)],
    [link(folder === '' ? text('the root') : code(folder), commit?.folderUrl(folder))],
    [text(KINDS[kind].label)],
    [text(amount(policies.length))],
    [text(`${plural(files.length, 'file')}, ${sizeWords(sizeOf(files))}`)],
    changeWords(entry),
  ];
}

const CONTENT: Readonly<Record<SetEntry['content'], string>> = {
  same: 'content is the same',
  differs: 'content',
  'not known': 'content (what is in force now is not known, and is replaced)',
  'none yet': 'content (its first version)',
  'not compared': 'not compared',
};

function changeWords({
  action,
  changes,
  content,
  toolVersion,
  version,
  status,
}: SetEntry): PhrasingContent[] {
  if (action === 'check') return [text(CONTENT['not compared'])];
  if (action === 'unchanged') return [text('–')];
  const parts = changes.map((part): PhrasingContent[] => {
    if (part === 'content') return [text(CONTENT[content])];
    if (part !== 'policy-tool-version') return [text(part.replace('-', ' '))];
    const { before, after } = toolVersion;
    return [text(`tool version ${before ?? 'none'} → `), strong(text(after ?? 'none'))];
  });
  const words = action === 'create' ? [[text('new policy set')]] : parts;
  const joined = words.flatMap((part, index) => (index === 0 ? part : [text(', '), ...part]));
  return status === 'applied' && version !== undefined
    ? [...joined, text('; version '), code(version)]
    : joined;
}

/** What each set holds: its policies with their levels, and what is packed, each folded. */
export const setContents = (report: Report): Block[] =>
  (report.sets ?? []).flatMap((entry) => [...policiesOf(report, entry), ...filesOf(entry)]);

function policiesOf({ commit }: Report, { name, policies }: SetEntry): Block[] {
  if (policies.length === 0) return [];
  const rows = policies.map((policy) => [
    [code(policy.name)],
    [policy.path === undefined ? text('–') : link(code(policy.path), urlOf(policy.path, commit))],
    [text(policy.enforcementLevel)],
  ]);
  const count = `${policies.length === 1 ? '1 policy' : `${amount(policies.length)} policies`} of ${name}`;
  return [
    {
      kind: 'list',
      text: render(...folded(count, table(POLICY_COLUMNS, rows))),
      what: `the list of ${count}`,
    },
  ];
}

/** What comes from elsewhere has no page in the repository. */
const urlOf = (path: string, commit: Report['commit']): string | undefined =>
  /^[\w.+-]+:/.test(path) ? undefined : commit?.fileUrl(path);

function filesOf({ name, files }: SetEntry): Block[] {
  const items = files.map(({ path, size }) => [code(path), text(` (${sizeWords(size)})`)]);
  const count = `${plural(files.length, 'file')} packed for ${name}`;
  return files.length === 0
    ? []
    : [{ kind: 'list', text: render(...folded(count, bullets(items))), what: `the list of ${count}` }];
}

const sizeOf = (files: SetEntry['files']): number => files.reduce((sum, { size }) => sum + size, 0);

const sizeWords = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;
