/**
 * The CDK app: reads config/production.ini (with -c environment=testnet: config/testnet.ini) and builds the stack.
 * `flatline deploy` has the CDK run it.
 */

import 'flatline/app';
