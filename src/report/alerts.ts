import type { Alert } from './alert.ts';
import { policyAlerts } from './policy-alerts.ts';
import type { Report } from './report.ts';
import { setAlerts } from './set-alerts.ts';

/** All alerts of a run. It publishes policies or policy sets, never both. */
export const alertsOf = (report: Report): Alert[] => [...policyAlerts(report), ...setAlerts(report)];
