import { type Answer, emptyAnswer, type Incoming, textAnswer } from '../http/exchange.ts';
import { secretsSeen } from '../http/secrets.ts';
import type { Service } from './service.ts';
import type { StoredObject } from './state.ts';

/** HCP Terraform has the store on a separate host, Terraform Enterprise in a path on the same host. */
const pathPrefix = { 'other-origin': '/v1/object/', 'same-host': '/_archivist/v1/object/' } as const;

export function objectAddress({ objectStore, settings }: Service, secret: string): string {
  return `${objectStore}${pathPrefix[settings.objectStore]}${secret}`;
}

export function isObjectPath({ settings }: Service, path: string): boolean {
  return settings.objectStore === 'same-host' && path.startsWith(pathPrefix['same-host']);
}

/** The store uses no tokens, and must not receive any (docs/terraform-api.md#object-store). */
export async function objectStoreAnswer(service: Service, incoming: Incoming): Promise<Answer> {
  const { recording, settings, state } = service;
  const secrets = [...settings.tokens, ...settings.foreignSecrets];
  for (const place of secretsSeen(incoming, secrets, { authorization: false })) {
    recording.violation(incoming, `a token was sent to the object store in ${place}`);
  }
  if (incoming.headers.authorization !== undefined) {
    recording.violation(incoming, 'Authorization was sent to the object store');
    return textAnswer(400, 'text/plain', 'Only one auth mechanism allowed\n');
  }
  const object = state.objects.get(incoming.url.pathname.split('/').at(-1) ?? '');
  if (object === undefined) return textAnswer(404, 'text/plain', 'not found\n');
  if ('read' in object && incoming.method === 'GET') return bytesAnswer(object.read);
  if ('write' in object && incoming.method === 'PUT') return await write(service, object, incoming);
  return textAnswer(405, 'text/plain', 'method not allowed\n');
}

function bytesAnswer(body: Buffer): Answer {
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body };
}

/** A URL is valid for an hour (docs/terraform-api.md#policy-set-versions). */
async function write(
  { recording, settings }: Service,
  object: Extract<StoredObject, { write: unknown }>,
  incoming: Incoming,
): Promise<Answer> {
  if (Date.now() >= object.expires) return textAnswer(403, 'text/plain', 'expired\n');
  const type = incoming.headers['content-type'];
  if (type !== 'application/octet-stream') recording.violation(incoming, `an archive was sent as ${type}`);
  await object.write(incoming.body);
  return emptyAnswer(settings.uploadStatus);
}
