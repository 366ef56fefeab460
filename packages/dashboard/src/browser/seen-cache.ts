/** Name of what the service worker keeps of pages and answers; assets are kept apart. */
export const SEEN_CACHE = "streamgate-seen";

/** On an answer that comes out of the cache: when it was given. */
export const SEEN_HEADER = "x-streamgate-seen";
