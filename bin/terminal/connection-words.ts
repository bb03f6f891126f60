/** The options that lead the next command to the same place: a hint that is copied must not reach another deployment. */

import type { ConnectionOptions } from './options.ts';

/** As in ` --local`, with a space in front; empty for production where the AWS profile points. */
export const connectionWords = ({ local, env, name, region }: ConnectionOptions): string =>
  [
    ...(local === true ? [' --local'] : []),
    ...(local !== true && env === 'testnet' ? [' --env testnet'] : []),
    ...(name === undefined ? [] : [` --name ${name}`]),
    ...(region === undefined ? [] : [` --region ${region}`]),
  ].join('');
