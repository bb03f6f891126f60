/** Which deployment speaks: in the words of a subject, in the options of the command line that reach it, and in links. */

import { dashboardUrl, guideAt } from '../../guide-link.ts';

export interface Place {
  /** `production`, or `production-desk2`. */
  readonly words: string;
  /** ` --env testnet --name desk2`, with a space before; empty for the usual one. */
  readonly flags: string;
  /** Where a section of docs/troubleshooting.md is. A phone opens an address, and no path. */
  guide(heading: string): string;
  /** Undefined: there is none, as on a local cloud. */
  readonly dashboard: string | undefined;
}

interface Links {
  /** `alerts.docs_url`. */
  readonly docsUrl?: string | undefined;
  readonly region?: string | undefined;
}

/** `stackName` is the stack's; where it is no name of ours (a local cloud), the exchange's environment stands for it. */
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
