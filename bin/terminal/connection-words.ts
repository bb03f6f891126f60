/** The options for the next command: a copied hint must reach the same deployment. */

import type { ConnectionOptions } from './options.ts';

/** As in ` --local`, with a space in front; empty for production with the region of the AWS profile. */
export const connectionWords = ({ local, env, name, region }: ConnectionOptions): string =>
  [
    ...(local === true ? [' --local'] : []),
    ...(local !== true && env === 'testnet' ? [' --env testnet'] : []),
    ...(name === undefined ? [] : [` --name ${name}`]),
    ...(region === undefined ? [] : [` --region ${region}`]),
  ].join('');

/**
 * A sentence whose commands for a bot reach the deployment of `words`, also where its writer does not know it. Options
 * that a client has put there, as it knows only its liquidator's name, are replaced.
 */
export const forDeployment = (sentence: string, words: string): string =>
  sentence.replaceAll(
    /\b(flatline [a-z-]+ --bot [a-z0-9-]+)(?: --env testnet)?(?: --name [a-z0-9-]+)?/g,
    (_whole, command: string) => `${command}${words}`,
  );
