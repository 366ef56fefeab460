import { CHANNELS } from "@streamgate/core";
import { publisherOf } from "../recording/publish.ts";

export const publishProgress: ReturnType<typeof publisherOf<typeof CHANNELS.progress>> =
  publisherOf(CHANNELS.progress);
export const publishRefresh: ReturnType<typeof publisherOf<typeof CHANNELS.cacheRefresh>> =
  publisherOf(CHANNELS.cacheRefresh);
