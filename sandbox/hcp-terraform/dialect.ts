export type DialectName = 'current' | 'v202303-1' | 'v202212-1';

/** What a release knows of policies (docs/terraform-api.md#releases). */
export type Dialect = {
  /** `kind`, `query` and OPA: since v202303-1. */
  kind: boolean;
  /** `enforcement-level`: since v202306-1; before, the level is in `enforce` alone. */
  enforcementLevel: boolean;
  appName: string;
  tfeVersion: string | null;
  /** An attribute that a release does not know is ignored, so it may see no level at all. */
  missingLevel: 'refused' | 'default';
};

export const dialects: Record<DialectName, Dialect> = {
  current: {
    kind: true,
    enforcementLevel: true,
    appName: 'HCP Terraform',
    tfeVersion: null,
    missingLevel: 'refused',
  },
  'v202303-1': {
    kind: true,
    enforcementLevel: false,
    appName: 'Terraform Enterprise',
    tfeVersion: 'v202303-1',
    missingLevel: 'default',
  },
  'v202212-1': {
    kind: false,
    enforcementLevel: false,
    appName: 'Terraform Enterprise',
    tfeVersion: 'v202212-1',
    missingLevel: 'default',
  },
};
