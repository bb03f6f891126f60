/** What `flatline deploy` runs: the CDK's command line, and the sentence about it. Pure. */

export interface CdkOptions {
  readonly environment: 'production' | 'testnet';
  /** As it was named; undefined: the environment's own file. */
  readonly config: string | undefined;
  /** The CDK's verb: deploy, diff or synth. */
  readonly verb: 'deploy' | 'diff' | 'synth';
  /** For the CDK itself. */
  readonly rest: readonly string[];
}

export function cdkArguments({ environment, config, verb, rest }: CdkOptions): readonly string[] {
  return [
    verb,
    ...(environment === 'production' ? [] : ['-c', `environment=${environment}`]),
    ...(config === undefined ? [] : ['-c', `config=${config}`]),
    ...rest,
  ];
}

/** As somebody would type it. */
export const typed = (words: readonly string[]): string =>
  words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
