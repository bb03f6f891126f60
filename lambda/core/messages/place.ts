/** Which deployment speaks: in the words of a subject, and in the options of the command line that reach it. */

export interface Place {
  /** `production`, or `production-desk2`. */
  readonly words: string;
  /** ` --env testnet --name desk2`, with a space before; empty for the usual one. */
  readonly flags: string;
}

/** `stackName` is the stack's; where it is no name of ours (a local cloud), the exchange's environment stands for it. */
export function placeOf(stackName: string | undefined, environment: 'production' | 'testnet'): Place {
  const [, of = environment, suffix] = /^flatline-(production|testnet)(?:-(.+))?$/.exec(stackName ?? '') ?? [];
  const flags = [...(of === 'testnet' ? [' --env testnet'] : []), ...(suffix ? [` --name ${suffix}`] : [])];
  return { words: suffix ? `${of}-${suffix}` : of, flags: flags.join('') };
}
