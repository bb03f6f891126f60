/** The deployment that a message is from: its name for subjects, its command-line options, and its links. */

import { dashboardUrl, guideAt } from '../../guide-link.ts';

export interface Place {
  /** `production`, or `production-desk2`. */
  readonly words: string;
  /** ` --env testnet --name desk2`, with a space before; empty for the usual one. */
  readonly flags: string;
  /** The address of a section of docs/troubleshooting.md. A phone opens an address, not a path. */
  guide(heading: string): string;
  /** Undefined: no dashboard, as on a local cloud. */
  readonly dashboard: string | undefined;
}

interface Links {
  /** `alerts.docs_url`. */
  readonly docsUrl?: string | undefined;
  readonly region?: string | undefined;
}

/** Where `stackName` is not a name of flatline (a local cloud), the exchange's environment is used instead. */
export function placeOf(
  stackName: string | undefined,
  environment: 'production' | 'testnet',
  { docsUrl, region }: Links = {},
): Place {
  const [whole, of = environment, suffix] = /^flatline-(production|testnet)(?:-(.+))?$/.exec(stackName ?? '') ?? [];
  const flags = [...(of === 'testnet' ? [' --env testnet'] : []), ...(suffix ? [` --name ${suffix}`] : [])];
  return {
    words: suffix ? `${of}-${suffix}` : of,
    flags: flags.join(''),
    guide: heading => guideAt(heading, docsUrl),
    dashboard: whole === undefined || region === undefined ? undefined : dashboardUrl(region, whole),
  };
}
