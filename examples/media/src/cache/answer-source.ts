import { cacheStatus } from "@streamgate/cache/edge";

/** Who gave a value: memory, a tier that is shared, somebody else's load, or a load of one's own. */
export type AnswerSource = "memory" | "shared" | "joined" | "load";

/** Reads of one key that overlap in time. */
interface Readers {
  count: number;
  hasLoaded: boolean;
}

/** Sees from outside who gave a value. */
export class SourceWatch {
  private readonly underWay = new Map<string, Readers>();

  /** @param read is handed what to call when its loader begins */
  async watch<Value>(
    key: string,
    isInMemory: boolean,
    read: (loading: () => void) => Promise<Value>,
  ): Promise<{ readonly value: Value; readonly source: AnswerSource }> {
    const readers = this.underWay.get(key) ?? { count: 0, hasLoaded: false };
    this.underWay.set(key, readers);
    readers.count += 1;
    let isOwnLoad = false;
    try {
      const value = await read(() => {
        isOwnLoad = true;
        readers.hasLoaded = true;
      });
      if (isOwnLoad) return { value, source: "load" };
      if (isInMemory) return { value, source: "memory" };
      return { value, source: readers.hasLoaded ? "joined" : "shared" };
    } finally {
      readers.count -= 1;
      if (readers.count === 0) this.underWay.delete(key);
    }
  }
}

/** As `Cache-Status` (RFC 9211) says it. */
export function cacheStatusOf(source: AnswerSource): string {
  const memory = { tier: "memory", isHit: source === "memory" };
  const shared = { tier: "shared", isHit: source === "shared" };
  switch (source) {
    case "memory":
      return cacheStatus([memory]);
    case "joined":
      return cacheStatus([{ ...memory, isCollapsed: true }]);
    case "shared":
    case "load":
      return cacheStatus([memory, shared]);
  }
}
