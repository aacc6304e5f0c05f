import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import type { RecordedRequest } from '../../../sandbox/http/recording.ts';
import type { Annotation } from '../../support/commands.ts';
import type { RunResult } from '../../support/run-action.ts';

/**
 * What was asked of the server, one line a request, in order: ids as names, the name of what a create is for in
 * brackets, the status where it is no success.
 */
export function requestLines(terraform: HcpTerraform): string[] {
  const names = namesById(terraform);
  return terraform.requests.map((request) => {
    const fine = request.status !== 'lost' && request.status < 400;
    return `${requestName(request, names)}${fine ? '' : ` → ${request.status}`}`;
  });
}

/** The names that `requestName` puts in the place of ids. */
export const namesById = (terraform: HcpTerraform): ReadonlyMap<string, string> => terraform.names();

/** The same of the requests that change something. */
export const writeLines = (terraform: HcpTerraform): string[] =>
  requestLines(terraform).filter((line) => !line.startsWith('GET '));

/** A request as `requestLines` has it, whatever became of it. */
export function requestName(request: RecordedRequest, names: ReadonlyMap<string, string>): string {
  const { method, server } = request;
  const path =
    server === 'object-store'
      ? objectName(request, names)
      : readablePath(request.path).replace(/\bpol(set|setver)?-\w{16}\b/g, (id) => names.get(id) ?? id);
  const name = method === 'POST' ? createdName(request.body) : undefined;
  return `${method} ${path}${name === undefined ? '' : ` (${name})`}`;
}

function readablePath(path: string): string {
  const url = new URL(path, 'http://server');
  url.searchParams.sort();
  return decodeURIComponent(url.pathname.replace('/api/v2', '') + url.search);
}

/** The archive of a set, or the code of some policy. */
function objectName({ path }: RecordedRequest, names: ReadonlyMap<string, string>): string {
  const set = names.get(path.split('/').at(-1) ?? '');
  return set === undefined ? 'object store' : `archive of ${set}`;
}

function createdName(body: unknown): string | undefined {
  const document = body as { data: { attributes?: { name: string } } } | null;
  return document?.data.attributes?.name;
}

/** Lines as `requestLines` has them. */
export const lines = {
  list: (page = 1) => `GET /organizations/acme/policies?page[number]=${page}&page[size]=100`,
  listWithSets: (page = 1) =>
    `GET /organizations/acme/policies?include=policy-sets&page[number]=${page}&page[size]=100`,
  find: (name: string) =>
    `GET /organizations/acme/policies?page[number]=1&page[size]=100&search[name]=${name}`,
  findSet: (name: string, page = 1) =>
    `GET /organizations/acme/policy-sets?page[number]=${page}&page[size]=100&search[name]=${name}`,
  listSets: (page = 1) => `GET /organizations/acme/policy-sets?page[number]=${page}&page[size]=100`,
  showSet: (name: string) => `GET /policy-sets/${name}`,
  show: (name: string) => `GET /policies/${name}`,
  create: (name: string) => `POST /organizations/acme/policies (${name})`,
  upload: (name: string) => `PUT /policies/${name}/upload`,
  download: (name: string) => `GET /policies/${name}/download`,
  object: 'GET object store',
  update: (name: string) => `PATCH /policies/${name}`,
  delete: (name: string) => `DELETE /policies/${name}`,
  createVersion: (set: string) => `POST /policy-sets/${set}/versions`,
  archive: (set: string) => `PUT archive of ${set}`,
  showVersion: (set: string) => `GET /policy-set-versions/${set}`,
  addMembers: (set: string) => `POST /policy-sets/${set}/relationships/policies`,
} as const;

/** Bodies of the requests with this method whose path matches, in order. */
export function bodies(terraform: HcpTerraform, method: string, path: RegExp): unknown[] {
  return terraform.requests
    .filter((request) => request.method === method && path.test(request.path))
    .map(({ body }) => body);
}

export type PolicyState = {
  kind: string;
  level: string;
  query: string | null;
  description: string | null;
  code: string | undefined;
  sets: string[];
};

/** The organization's policies by name, without what no two servers have alike. */
export function policyStates(terraform: HcpTerraform): Record<string, PolicyState> {
  return Object.fromEntries(
    terraform
      .policies()
      .map(({ name, kind, enforcementLevel: level, query, description, code, policySets }) => [
        name,
        { kind, level, query, description, code: code?.toString('utf8'), sets: policySets },
      ]),
  );
}

/** Members by name of the policy set. */
export function members(terraform: HcpTerraform): Record<string, string[]> {
  return Object.fromEntries(terraform.policySets().map(({ name, policies }) => [name, policies]));
}

/** Exit code and the outputs that are numbers and flags. */
export function outcome({ exitCode, outputs }: RunResult) {
  const count = (name: string) => Number(outputs[name]);
  return {
    exitCode,
    changed: outputs['changed'],
    created: count('created'),
    updated: count('updated'),
    deleted: count('deleted'),
    unchanged: count('unchanged'),
    failed: count('failed'),
  };
}

export const nothing = { changed: 'false', created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 };

export type PublishedPolicy = {
  name: string;
  id: string | null;
  kind: string;
  path: string;
  action: string;
  changes: string[];
  enforcementLevel: string | null;
  status: string;
  error: string | null;
};

/** The output `policies`. */
export const published = ({ outputs }: RunResult): PublishedPolicy[] =>
  JSON.parse(outputs['policies'] ?? '') as PublishedPolicy[];

export const annotationsAt = (result: RunResult, level: Annotation['level']): Annotation[] =>
  result.annotations.filter((annotation) => annotation.level === level);

/** Errors, each with the place it is shown at: a file, `input <name>`, or nothing. */
export function errors(result: RunResult): { at: string; message: string }[] {
  return annotationsAt(result, 'error').map(({ file, title, message }) => ({
    at: file ?? title ?? '',
    message,
  }));
}
