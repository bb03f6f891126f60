/** The options for the next command: a copied hint must reach the same deployment. */

import type { ReachOptions } from './options.ts';

/** As in ` --local`, with a space in front; empty for production with the region of the AWS profile. */
export const reachWords = ({ local, env, name, region }: ReachOptions): string =>
  [
    ...(local === true ? [' --local'] : []),
    ...(local !== true && env === 'testnet' ? [' --env testnet'] : []),
    ...(name === undefined ? [] : [` --name ${name}`]),
    ...(region === undefined ? [] : [` --region ${region}`]),
  ].join('');
