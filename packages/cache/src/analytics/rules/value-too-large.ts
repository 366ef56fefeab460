import { type Advisor, formatByteSize } from "@streamgate/core";
import type { CacheStatistics, NamespaceStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import { adviceOf, judgeNamespaces, percent, type Verdict } from "./verdict.ts";

const LARGE_BYTES = 1_048_576;
/** A value that takes this share of memory pushes much else out. */
const LARGE_SHARE_OF_MEMORY = 0.01;
const GREEDY_SHARE_OF_BYTES = 0.5;
const IDLE_SHARE_OF_HITS = 0.05;
const LEAST_HITS = 1_000;

/** Do single values, or one namespace, take much more memory than their hits are worth? */
export const valueTooLarge: Advisor<CacheReading> = ({ statistics }) =>
  adviceOf(
    statistics,
    judgeNamespaces(statistics, "smaller values", (namespace) => judge(statistics, namespace)),
  );

function judge({ memory, namespaces }: CacheStatistics, namespace: NamespaceStatistics): Verdict {
  const { name, sizeBytes, recent, total } = namespace;
  const sizes = total.valueBytes;
  if (sizes.p99 >= Math.min(LARGE_BYTES, memory.maxBytes * LARGE_SHARE_OF_MEMORY)) {
    return {
      kind: "cache/value-too-large",
      object: name,
      severity: sizes.p99 >= memory.maxBytes * LARGE_SHARE_OF_MEMORY ? "medium" : "low",
      summary: `One in a hundred values of ${name} is larger than ${formatByteSize(sizes.p99)}; the mean is ${formatByteSize(Math.round(sizes.mean))}.`,
      savedMs: 0,
      evidence: [
        {
          name: "99th percentile of value sizes",
          value: sizes.p99,
          unit: "bytes",
          rung: "measured",
        },
        { name: "mean value size", value: sizes.mean, unit: "bytes", rung: "measured" },
        { name: "bound of memory", value: memory.maxBytes, unit: "bytes", rung: "measured" },
      ],
    };
  }
  const hits = namespaces.reduce((sum, each) => sum + each.recent.memoryHits, 0);
  const shareOfBytes = memory.sizeBytes === 0 ? 0 : sizeBytes / memory.sizeBytes;
  const shareOfHits = hits === 0 ? 0 : recent.memoryHits / hits;
  const isGreedy = shareOfBytes >= GREEDY_SHARE_OF_BYTES && shareOfHits < IDLE_SHARE_OF_HITS;
  if (isGreedy && hits >= LEAST_HITS) {
    return {
      kind: "cache/value-too-large",
      object: name,
      severity: "medium",
      summary: `${name} takes ${percent(shareOfBytes)} of memory and brings ${percent(shareOfHits)} of its hits.`,
      savedMs: 0,
      evidence: [
        { name: "share of bytes", value: shareOfBytes, unit: "ratio", rung: "measured" },
        { name: "share of hits", value: shareOfHits, unit: "ratio", rung: "measured" },
      ],
    };
  }
  return {
    candidate: `smaller values in ${name}`,
    reason: "values-are-small",
    explanation: `99 of 100 values are smaller than ${formatByteSize(sizes.p99)}; ${percent(shareOfBytes)} of memory brings ${percent(shareOfHits)} of its hits.`,
  };
}
