import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type GitHub, startGitHub } from './github/server.ts';
import { type HcpTerraform, startHcpTerraform } from './hcp-terraform/server.ts';

const usage = `Stand-ins of HCP Terraform and of GitHub, on 127.0.0.1, for trying the action out without either.

Usage: node sandbox/start.ts [options]

  --port <number>            port of HCP Terraform (default: a free one)
  --github-port <number>     port of GitHub (default: a free one)
  --organization <name>      organization there is (default: acme)
  --token <token>            API token that HCP Terraform accepts (default: terraform-token)
  --policy-set <name>        policy set there is, "name" or "name:opa"; may be repeated
  --ingress-delay <ms>       how long an uploaded policy set version takes to be ready (default: 500)
  --repository <owner/name>  repository there is (default: acme/policies)
  --github-token <token>     token that GitHub accepts (default: github-token)
  --dialect <github|gitea>   whose API GitHub's stand-in speaks (default: github)
  --pull-request <number>    open pull request there is; may be repeated (default: 1)
  --rate-limit <number>      requests a second, 0 for no limit (default: 30)
  --latency <ms>             how long each request takes at least (default: 0)
  --help                     this text

Prints the addresses as NAME=value lines, and runs until SIGTERM or SIGINT. What the policy sets hold, which the API
never gives back, is at /sandbox/policy-sets and /sandbox/policy-sets/<name> of HCP Terraform, as JSON.
Then lists what was asked in a way the real services would not have liked, and exits with 1 if anything was.
Both keep everything in memory: a restart forgets it.
`;

const options = {
  port: { type: 'string', default: '0' },
  'github-port': { type: 'string', default: '0' },
  organization: { type: 'string', default: 'acme' },
  token: { type: 'string', default: 'terraform-token' },
  'ingress-delay': { type: 'string', default: '500' },
  'policy-set': { type: 'string', multiple: true, default: [] as string[] },
  repository: { type: 'string', default: 'acme/policies' },
  'github-token': { type: 'string', default: 'github-token' },
  dialect: { type: 'string', default: 'github' },
  'pull-request': { type: 'string', multiple: true, default: ['1'] as string[] },
  'rate-limit': { type: 'string', default: '30' },
  latency: { type: 'string', default: '0' },
  help: { type: 'boolean', default: false },
} satisfies ParseArgsConfig['options'];

type Values = ReturnType<typeof readArguments>;

function readArguments() {
  return parseArgs({ options, strict: true }).values;
}

type NumberName = 'port' | 'github-port' | 'rate-limit' | 'latency' | 'ingress-delay';

function wholeNumber(values: Values, name: NumberName): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} is not a number: ${values[name]}`);
  return value;
}

function dialectOf({ dialect }: Values): 'github' | 'gitea' {
  if (dialect !== 'github' && dialect !== 'gitea') throw new Error(`--dialect is not known: ${dialect}`);
  return dialect;
}

async function startTerraform(values: Values): Promise<HcpTerraform> {
  const terraform = await startHcpTerraform({
    port: wholeNumber(values, 'port'),
    organizations: [{ name: values.organization }],
    tokens: [values.token],
    foreignSecrets: [values['github-token']],
    rateLimit: wholeNumber(values, 'rate-limit') || null,
    latency: wholeNumber(values, 'latency'),
    ingressDelay: wholeNumber(values, 'ingress-delay'),
  });
  for (const policySet of values['policy-set']) {
    const [name = '', kind] = policySet.split(':');
    terraform.seedPolicySet({ name, kind: kind === 'opa' ? 'opa' : 'sentinel' });
  }
  return terraform;
}

function startRepository(values: Values): Promise<GitHub> {
  return startGitHub({
    port: wholeNumber(values, 'github-port'),
    repository: values.repository,
    dialect: dialectOf(values),
    tokens: {
      [values['github-token']]: { login: 'github-actions[bot]', type: 'Bot', permissions: 'write' },
    },
    foreignSecrets: [values.token],
    pulls: values['pull-request'].map((number) => ({ number: Number(number) })),
    latency: wholeNumber(values, 'latency'),
  });
}

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help) return void process.stdout.write(usage);
  const servers = [await startTerraform(values), await startRepository(values)] as const;
  const [terraform, github] = servers;
  process.stdout.write(
    `TFE_HOSTNAME=${terraform.url}\nGITHUB_API_URL=${github.url}\nGITHUB_GRAPHQL_URL=${github.graphqlUrl}\n`,
  );
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await Promise.all(servers.map((server) => server.close()));
  const violations = servers.flatMap((server) => server.violations);
  for (const violation of violations) process.stderr.write(`${violation}\n`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
