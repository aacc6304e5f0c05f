export type DialectName = 'current' | 'v202303-1' | 'v202212-1';

/** What a release supports (docs/terraform-api.md#releases). */
export type Dialect = {
  /** `kind`, `query` and OPA: since v202303-1. */
  kind: boolean;
  /** `enforcement-level`: since v202306-1. Before, the level is only in `enforce`. */
  enforcementLevel: boolean;
  appName: string;
  tfeVersion: string | null;
  /** A release ignores unknown attributes, so it may receive no level. */
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
