import type { HcpTerraform } from '../../sandbox/hcp-terraform/server.ts';

export type Answered = {
  status: number;
  headers: Headers;
  text: string;
  /** Of a JSON answer; digs no deeper than a test asks it to. */
  at: (...path: (string | number)[]) => unknown;
};

export type Asked = {
  method?: string;
  body?: unknown;
  token?: string | null;
  contentType?: string | null;
  redirect?: 'follow' | 'manual';
};

/** Asks HCP Terraform as a client should, except in what the test says. */
export async function ask(terraform: HcpTerraform, path: string, asked: Asked = {}): Promise<Answered> {
  const { method = 'GET', body, token = 'terraform-token', redirect = 'manual' } = asked;
  const contentType = asked.contentType === undefined ? 'application/vnd.api+json' : asked.contentType;
  const bytes = body instanceof Uint8Array || typeof body === 'string';
  const response = await fetch(`${terraform.url}/api/v2${path}`, {
    method,
    redirect,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(contentType === null || method === 'GET' ? {} : { 'content-type': contentType }),
    },
    ...(body === undefined ? {} : { body: bytes ? (body as string) : JSON.stringify(body) }),
  });
  return answered(response);
}

export async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, at: (...path) => dig(text, path) };
}

function dig(text: string, path: (string | number)[]): unknown {
  let value = JSON.parse(text) as unknown;
  for (const key of path) value = (value as Record<string | number, unknown> | undefined)?.[key];
  return value;
}

export function policyDocument(attributes: object, policySets?: string[]): object {
  const relationships = policySets && {
    'policy-sets': { data: policySets.map((id) => ({ id, type: 'policy-sets' })) },
  };
  return { data: { type: 'policies', attributes, ...(relationships ? { relationships } : {}) } };
}

export const policiesPath = '/organizations/acme/policies';
export const policySetsPath = '/organizations/acme/policy-sets';

export function createPolicy(
  terraform: HcpTerraform,
  attributes: object,
  sets?: string[],
): Promise<Answered> {
  return ask(terraform, policiesPath, { method: 'POST', body: policyDocument(attributes, sets) });
}

export function updatePolicy(terraform: HcpTerraform, id: string, attributes: object): Promise<Answered> {
  return ask(terraform, `/policies/${id}`, { method: 'PATCH', body: policyDocument(attributes) });
}

export function upload(terraform: HcpTerraform, id: string, code: string | Uint8Array): Promise<Answered> {
  const contentType = 'application/octet-stream';
  return ask(terraform, `/policies/${id}/upload`, { method: 'PUT', body: code, contentType });
}

export function changeMembers(
  terraform: HcpTerraform,
  method: 'POST' | 'DELETE',
  { set, policies }: { set: string; policies: string[] },
): Promise<Answered> {
  const body = { data: policies.map((id) => ({ type: 'policies', id })) };
  return ask(terraform, `/policy-sets/${set}/relationships/policies`, { method, body });
}

export function setDocument(attributes: object, relationships: object = {}): object {
  return { data: { type: 'policy-sets', attributes, relationships } };
}

export function createVersion(terraform: HcpTerraform, set: string): Promise<Answered> {
  return ask(terraform, `/policy-sets/${set}/versions`, { method: 'POST' });
}

/** Sends an archive as a client should: without a token. */
export function sendArchive(address: unknown, archive: Uint8Array): Promise<Response> {
  const headers = { 'content-type': 'application/octet-stream' };
  return fetch(String(address), { method: 'PUT', headers, body: archive as Uint8Array<ArrayBuffer> });
}
