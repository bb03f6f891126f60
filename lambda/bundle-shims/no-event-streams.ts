/**
 * What the bundles hold in the place of the AWS SDK's event streams: they are for answers that come in pieces
 * (InvokeWithResponseStream, live tails of logs), which no function asks for. 17 kB less.
 */

export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

/** The client is made with it, and asks it for nothing. */
export const eventStreamSerdeProvider = (): undefined => undefined;

export class EventStreamSerde {
  constructor() {
    throw new Error('The bundle has no event streams (lambda/bundle-shims/no-event-streams.ts).');
  }
}
