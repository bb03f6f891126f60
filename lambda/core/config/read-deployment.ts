/** The section [deployment]: how the stack is deployed. */

import { openSection, type RawSection, type Report } from './section-reader.ts';
import { DEPLOYMENT_DEFAULTS, type DeploymentSettings } from './settings.ts';
import {
  allocationId,
  bool,
  keyArn,
  listOf,
  type Notation,
  principalArn,
  regionName,
  stackSuffix,
  type ValueRule,
  whole,
} from './value-rules.ts';

/** Availability zones of the liquidator's outgoing connections. */
const ZONES = 2;
/** AWS Lambda, "Configuring reserved concurrency": 100 stay unreserved. The rest is for the pings (lib/ping.ts). */
const LEAST_WITH_PING_URL = 105;

export function readDeployment(raw: RawSection, notation: Notation, report: Report): DeploymentSettings {
  const section = openSection(raw, notation, report);
  const defaults = DEPLOYMENT_DEFAULTS;
  const name = section.read('name', stackSuffix, undefined);
  const fixedIp = section.read('fixed_ip', bool, defaults.fixedIp);
  const allocations = section.read('fixed_ip_allocations', listOf(allocationId, { min: ZONES, max: ZONES }), undefined);
  const secretAdmins = section.read('secret_admins', listOf(principalArn, { min: 1, max: 20 }), undefined);
  const concurrency = whole({ min: 10, max: 1_000_000 });
  const deployment: DeploymentSettings = {
    ...(name === undefined ? {} : { name }),
    fixedIp,
    ...(allocations === undefined ? {} : { fixedIpAllocations: allocations }),
    kmsKey: section.read('kms_key', kmsKey, defaults.kmsKey),
    testEvents: section.read('test_events', bool, defaults.testEvents),
    ...(secretAdmins === undefined ? {} : { secretAdmins }),
    accountConcurrency: section.read('account_concurrency', concurrency, defaults.accountConcurrency),
    monthlyBudgetUsd: section.read('monthly_budget_usd', whole({ min: 0, max: 100_000 }), defaults.monthlyBudgetUsd),
    trailCopyDays: section.read('trail_copy_days', whole({ min: 0, max: 3_650 }), defaults.trailCopyDays),
    canary: section.read('canary', bool, defaults.canary),
    pingUrl: section.read('ping_url', bool, defaults.pingUrl),
    ...optional('region', section.read('region', regionName, undefined)),
    ...optional('watcherRegion', section.read('watcher_region', regionName, undefined)),
  };
  const isTooLow = deployment.pingUrl && deployment.accountConcurrency < LEAST_WITH_PING_URL;
  if (isTooLow && section.sound('ping_url', 'account_concurrency')) {
    section.conflict(['ping_url', 'account_concurrency'], {
      rule: `reserved concurrency for the ping URL needs an account limit of at least ${LEAST_WITH_PING_URL}, because AWS keeps 100 unreserved`,
      remedy:
        'request a higher quota from AWS (Service Quotas, Lambda, concurrent executions) and set account_concurrency to it, or set ping_url = false',
    });
  }
  if (allocations !== undefined && !fixedIp && section.sound('fixed_ip', 'fixed_ip_allocations')) {
    const remedy = 'set fixed_ip to true, or remove the allocations';
    section.conflict(['fixed_ip_allocations'], { rule: 'fixed_ip_allocations needs fixed_ip = true', remedy });
  }
  if (allocations !== undefined && new Set(allocations).size < allocations.length) {
    const remedy = 'name one address for each of the two zones';
    section.conflict(['fixed_ip_allocations'], { rule: 'the same address is listed twice', remedy });
  }
  section.finish();
  return deployment;
}

/** Without the key if there is no value. */
const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [key in K]?: V });

const kmsKey: ValueRule<DeploymentSettings['kmsKey']> = (raw, notation) => {
  if (raw === 'none' || raw === 'stack') return { ok: true, value: raw };
  const arn = keyArn(raw, notation);
  if (arn.ok) return { ok: true, value: { arn: arn.value } };
  const remedy = 'write stack to let the stack create a key, or the ARN of your own';
  return { ok: false, rule: 'must be none, stack, or the ARN of a KMS key', remedy };
};
