import { POLICY_SET_ID, type PolicySetReference } from '../model/policy-set.ts';
import { readCaCertificate } from './ca-certificate.ts';
import { type Host, parseHost, terraformCliToken } from './host.ts';
import { firstOf, type Reader, wholeNumber } from './reader.ts';

/** The organization and the token. Undefined if not set or not valid. */
export interface AccessInputs {
  readonly organization: string | undefined;
  readonly token: string | undefined;
}

export interface TerraformInputs {
  readonly host: Host;
  /** PEM. Each certificate is valid. */
  readonly certificates: string | undefined;
  readonly policySets: readonly PolicySetReference[];
  readonly parallelism: number;
}

const DEFAULT_HOST = 'app.terraform.io';
const MAX_PARALLELISM = 50;

export function readTerraformInputs(reader: Reader): TerraformInputs | undefined {
  return reader.group(() => ({
    host: reader.value('hostname', readHost),
    certificates: reader.value('ca-certificate', readCaCertificate),
    policySets: reader.value('policy-sets', readPolicySets),
    parallelism: reader.value('parallelism', readParallelism),
  }));
}

/** Not part of a group, so that missing values are reported whatever else is wrong. */
export function readAccessInputs(reader: Reader): AccessInputs {
  return {
    organization: reader.value('organization', readOrganization),
    token: reader.value('token', readToken),
  };
}

export function readHost({ environment, text }: Reader): Host {
  const variables = ['TF_CLOUD_HOSTNAME', 'TFE_HOSTNAME', 'TF_HOSTNAME'];
  return parseHost(text('hostname')?.trim() ?? firstOf(environment, variables) ?? DEFAULT_HOST);
}

export function readOrganization({ environment, text }: Reader): string | undefined {
  const name =
    text('organization')?.trim() ?? firstOf(environment, ['TF_CLOUD_ORGANIZATION', 'TFE_ORGANIZATION']);
  if (name !== undefined && !/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new Error(`is "${name}", which is not a valid organization name; use letters, digits, "-" and "_"`);
  }
  return name;
}

function readToken(reader: Reader): string | undefined {
  const { environment, text } = reader;
  const host = reader.quietly(readHost);
  // If the host is not valid the run ends, and any of these shows that a token is set.
  const cli = host === undefined ? anyCliToken(environment) : terraformCliToken(environment, host);
  const token = text('token') ?? cli ?? firstOf(environment, ['TFE_TOKEN', 'TF_API_TOKEN']);
  // Not allowed in a header. The value itself must not be shown.
  if (token !== undefined && /[^\x21-\x7e]/.test(token.trim())) {
    throw new Error('contains white space or invalid characters; store the secret again as a single line');
  }
  return token?.trim();
}

const anyCliToken = (environment: NodeJS.ProcessEnv): string | undefined =>
  firstOf(
    environment,
    Object.keys(environment).filter((name) => name.startsWith('TF_TOKEN_')),
  );

function readPolicySets(reader: Reader): PolicySetReference[] {
  const names = (reader.text('policy-sets') ?? '').split(/[\n,]/).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))].map((name) =>
    POLICY_SET_ID.test(name) ? { id: name } : { name },
  );
}

function readParallelism(reader: Reader): number {
  return wholeNumber(reader.text('parallelism'), { least: 1, most: MAX_PARALLELISM }) ?? 10;
}
