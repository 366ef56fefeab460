import { channel } from "node:diagnostics_channel";
import { CHANNELS, type ChannelPayloads } from "@streamgate/core";

/** Publishes on a channel; costs a look-up while nobody listens, as the payload is made only then. */
export function publisherOf<Name extends keyof ChannelPayloads>(
  name: Name,
): (payload: () => ChannelPayloads[Name]) => void {
  const target = channel(name);
  return (payload) => {
    if (target.hasSubscribers) target.publish(payload());
  };
}

export const publishLoad: ReturnType<typeof publisherOf<typeof CHANNELS.cacheLoad>> = publisherOf(
  CHANNELS.cacheLoad,
);
export const publishFill: ReturnType<typeof publisherOf<typeof CHANNELS.cacheFill>> = publisherOf(
  CHANNELS.cacheFill,
);
export const publishInvalidate: ReturnType<typeof publisherOf<typeof CHANNELS.cacheInvalidate>> =
  publisherOf(CHANNELS.cacheInvalidate);
export const publishEvict: ReturnType<typeof publisherOf<typeof CHANNELS.cacheEvict>> = publisherOf(
  CHANNELS.cacheEvict,
);
export const publishBreaker: ReturnType<typeof publisherOf<typeof CHANNELS.cacheBreaker>> =
  publisherOf(CHANNELS.cacheBreaker);
export const publishTrust: ReturnType<typeof publisherOf<typeof CHANNELS.cacheTrust>> = publisherOf(
  CHANNELS.cacheTrust,
);
