/**
 * The kinds of policies, one row each, with all their facts. The code of a kind is in tables of the type
 * `Record<PolicyKind, …>`, so that the compiler reports what is missing for a new row. Imports nothing.
 */
interface KindFacts {
  /** The name of the kind in texts. */
  readonly label: string;
  /** The language of its files. */
  readonly language: string;
  /** How the name of a policy file ends. */
  readonly ending: string;
  /** Enforcement levels, from lenient to strict (docs/terraform-api.md#policies). */
  readonly levels: readonly string[];
  /** The level of a new policy that does not define one (docs/behavior.md#settings). */
  readonly defaultLevel: string;
  /** Whether policies can be managed individually. Otherwise they require a versioned policy set. */
  readonly isIndividual: boolean;
  /** Names of its configuration files. Undefined for the kind that uses all other names. */
  readonly configurationFiles: readonly string[] | undefined;
  /** Whether an uploaded version may have its policies in a folder (docs/terraform-api.md#policy-sets). */
  readonly hasPoliciesPath: boolean;
  /** The language of a fenced code block. */
  readonly fence: string;
  /** The first release of Terraform Enterprise that supports it. Undefined: all (docs/terraform-api.md#releases). */
  readonly since: string | undefined;
  /** Whether only some organizations support it (docs/terraform-api.md#policy-sets). */
  readonly isBeta: boolean;
  /** How a policy set chooses the version of the tool (docs/terraform-api.md#policy-sets). */
  readonly tool: {
    /** Whether policies only run on an agent, and with a chosen version, if the policy set enables it. */
    readonly agentIsOptional: boolean;
    /** Whether to send `agent-enabled` although policies always run on agents. */
    readonly saysAgent: boolean;
    /** Whether `latest` can be chosen. */
    readonly hasLatest: boolean;
    /** An existing version. */
    readonly example: string;
  };
}

export const KINDS = {
  sentinel: {
    label: 'Sentinel',
    language: 'Sentinel',
    ending: '.sentinel',
    levels: ['advisory', 'soft-mandatory', 'hard-mandatory'],
    defaultLevel: 'advisory',
    isIndividual: true,
    configurationFiles: undefined,
    hasPoliciesPath: false,
    fence: 'hcl',
    since: undefined,
    isBeta: false,
    tool: { agentIsOptional: true, saysAgent: false, hasLatest: true, example: '0.40.0' },
  },
  opa: {
    label: 'OPA',
    language: 'Rego',
    ending: '.rego',
    levels: ['advisory', 'mandatory'],
    defaultLevel: 'advisory',
    isIndividual: true,
    configurationFiles: ['policies.hcl', 'policies.json'],
    hasPoliciesPath: false,
    fence: 'rego',
    since: 'v202303-1',
    isBeta: false,
    tool: { agentIsOptional: false, saysAgent: false, hasLatest: false, example: '1.4.2' },
  },
  tfpolicy: {
    label: 'Terraform',
    language: 'HCL',
    ending: '.policy.hcl',
    levels: ['advisory', 'mandatory_overridable', 'mandatory'],
    defaultLevel: 'mandatory',
    isIndividual: false,
    // Everything is in its policy files.
    configurationFiles: [],
    hasPoliciesPath: true,
    fence: 'hcl',
    since: undefined,
    isBeta: true,
    // All sets that are known to work were created this way.
    tool: { agentIsOptional: false, saysAgent: true, hasLatest: false, example: '0.4.0' },
  },
} as const satisfies Readonly<Record<string, KindFacts>>;

export type PolicyKind = keyof typeof KINDS;
/** Kinds whose policies can be managed individually. Only these have configuration files. */
export type IndividualKind = {
  [K in PolicyKind]: (typeof KINDS)[K]['isIndividual'] extends true ? K : never;
}[PolicyKind];
export type LevelOf<K extends PolicyKind> = (typeof KINDS)[K]['levels'][number];
export type EnforcementLevel = LevelOf<PolicyKind>;

const FACTS: Readonly<Record<PolicyKind, KindFacts>> = KINDS;

/** The kind of policies and policy sets without `kind`, from releases that had only one kind. */
export const FIRST_KIND: IndividualKind = 'sentinel';

export const POLICY_KINDS: readonly PolicyKind[] = Object.keys(KINDS).filter(isKind);

export function isKind(text: string): text is PolicyKind {
  return Object.hasOwn(KINDS, text);
}

const INDIVIDUAL_KINDS = POLICY_KINDS.filter(isIndividual);

export function isIndividual(kind: PolicyKind): kind is IndividualKind {
  return FACTS[kind].isIndividual;
}

/** The kind of a policy file, by its full extension: `x.policy.hcl`, not `x.hcl`. */
export const kindOfFile = (path: string): PolicyKind | undefined =>
  POLICY_KINDS.find((kind) => path.endsWith(FACTS[kind].ending));

/** The kind that a configuration file is for, by its name (docs/behavior.md#configuration-files). */
export function kindOfConfiguration(path: string): IndividualKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const named = INDIVIDUAL_KINDS.find((kind) => FACTS[kind].configurationFiles?.includes(name));
  return named ?? INDIVIDUAL_KINDS.find((kind) => FACTS[kind].configurationFiles === undefined) ?? FIRST_KIND;
}

/** Whether the kind is not supported by releases of Terraform Enterprise without the attribute `kind`. */
export const isLaterKind = (kind: PolicyKind): boolean => FACTS[kind].since !== undefined;

/** The level, if the kind has it. */
export function levelOf<K extends PolicyKind>(kind: K, text: string | undefined): LevelOf<K> | undefined {
  const levels: readonly LevelOf<K>[] = KINDS[kind].levels;
  return levels.find((level) => level === text);
}
