import { placeOf } from "../../population/geography.ts";
import { hashOf, uniformOf, uuidOf } from "../../population/hash.ts";
import type { ContentKind } from "../../population/population.ts";
import type { CopyRows } from "../copy-rows.ts";
import { copyTimestamp } from "../copy-timestamp.ts";

const PURPOSE = { content: 110, shape: 111, session: 112, country: 113 } as const;
const HISTORY_MS = 90 * 86_400_000;
const EVENTS_PER_SESSION = 4;

/** Ten equal chances a kind of content: chat belongs to live streams, sharing to shorts. */
const EVENT_KINDS: Readonly<Record<ContentKind, readonly string[]>> = {
  video: [
    "impression",
    "impression",
    "impression",
    "impression",
    "play",
    "play",
    "progress",
    "progress",
    "complete",
    "share",
  ],
  live: [
    "impression",
    "impression",
    "play",
    "play",
    "chat",
    "chat",
    "chat",
    "chat",
    "progress",
    "progress",
  ],
  audio: [
    "impression",
    "impression",
    "impression",
    "play",
    "play",
    "progress",
    "progress",
    "progress",
    "complete",
    "complete",
  ],
  short: [
    "impression",
    "impression",
    "impression",
    "impression",
    "impression",
    "play",
    "complete",
    "complete",
    "share",
    "share",
  ],
};

/** The last 90 days; the kind of event follows the kind of content, the country the owner's. */
export const analyticsEventRows: CopyRows = {
  columns: [
    "id",
    "user_id",
    "content_id",
    "session_id",
    "kind",
    "watched_seconds",
    "country",
    "created_at",
  ],
  writer: (population) => {
    const { seed, sizes } = population;
    const stepMs = HISTORY_MS / sizes.analytics_events;
    return (id) => {
      const hash = hashOf(seed, PURPOSE.shape, id);
      const content = population.popularContentAt(uniformOf(seed, PURPOSE.content, id));
      const owner = population.ownerOfContent(content);
      const kind = EVENT_KINDS[population.kindOfContent(content)][hash % 10] ?? "impression";
      const watched = kind === "progress" || kind === "complete" ? 10 + ((hash >>> 9) % 600) : 0;
      const isAbroad = (hash >>> 4) % 10 < 4;
      const country = isAbroad
        ? placeOf(uniformOf(seed, PURPOSE.country, id)).country
        : population.countryOf(owner);
      const session = uuidOf(seed, PURPOSE.session, Math.floor(id / EVENTS_PER_SESSION));
      const created =
        population.until.getTime() - Math.ceil((sizes.analytics_events - id + 1) * stepMs);
      return `${id}\t${owner}\t${content}\t${session}\t${kind}\t${watched}\t${country}\t${copyTimestamp(created)}`;
    };
  },
};
