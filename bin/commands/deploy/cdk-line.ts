/** The CDK command line that `flatline deploy` runs, and how it is printed. Pure. */

export interface CdkOptions {
  readonly environment: 'production' | 'testnet';
  /** The value of --config; undefined: the environment's own file. */
  readonly config: string | undefined;
  /** The CDK's verb: deploy, diff or synth. */
  readonly verb: 'deploy' | 'diff' | 'synth';
  /** Options for the CDK. */
  readonly rest: readonly string[];
}

export function cdkArguments({ environment, config, verb, rest }: CdkOptions): readonly string[] {
  return [
    verb,
    // The template is in cdk.out; on the screen it is thousands of lines.
    ...(verb === 'synth' ? ['--quiet'] : []),
    ...(environment === 'production' ? [] : ['-c', `environment=${environment}`]),
    ...(config === undefined ? [] : ['-c', `config=${config}`]),
    ...rest,
  ];
}

/** As a person would type it. */
export const typed = (words: readonly string[]): string =>
  words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
