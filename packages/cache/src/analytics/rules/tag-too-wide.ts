import type { Advisor } from "@streamgate/core";
import type { CacheStatistics, TagStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import { adviceOf, percent, severityOf, type Verdict } from "./verdict.ts";

const WIDE_SHARE = 0.25;
const LEAST_ENTRIES = 100;

/** Does invalidating one tag drop a large part of memory? Finer tags would spare what did not change. */
export const tagTooWide: Advisor<CacheReading> = ({ statistics }) => {
  const wide = statistics.tags.filter(
    ({ widestShare, entries }) => widestShare >= WIDE_SHARE && entries >= LEAST_ENTRIES,
  );
  if (wide.length > 0)
    return adviceOf(
      statistics,
      wide.map((tag) => problemOf(statistics, tag)),
    );
  const widest = Math.max(0, ...statistics.tags.map(({ widestShare }) => widestShare));
  const explanation =
    statistics.tags.length === 0
      ? "No tag was invalidated that dropped anything."
      : `The widest tag dropped ${percent(widest)} of the entries at once.`;
  return adviceOf(statistics, [
    { candidate: "finer tags", reason: "tags-are-narrow", explanation },
  ]);
};

function problemOf(statistics: CacheStatistics, tag: TagStatistics): Verdict {
  const loads = statistics.namespaces.reduce((sum, { recent }) => sum + recent.loadMs.count, 0);
  const spentMs = statistics.namespaces.reduce((sum, { recent }) => sum + recent.loadMs.sum, 0);
  const reloads = Math.min(loads, tag.entries);
  const savedMs = loads === 0 ? 0 : (spentMs / loads) * reloads;
  return {
    kind: "cache/tag-too-wide",
    object: tag.tag,
    severity: severityOf(statistics, savedMs),
    summary: `Invalidating the tag ${tag.tag} drops up to ${percent(tag.widestShare)} of memory; split it by what really changes together.`,
    savedMs,
    evidence: [
      {
        name: "largest share of entries dropped at once",
        value: tag.widestShare,
        unit: "ratio",
        rung: "measured",
      },
      { name: "entries dropped lately", value: tag.entries, unit: "entries", rung: "estimated" },
      {
        name: "time to load them again, in the window",
        value: savedMs,
        unit: "ms",
        rung: "estimated",
      },
    ],
  };
}
