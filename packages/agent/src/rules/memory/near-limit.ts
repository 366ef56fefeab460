import type { Finding } from "@streamgate/core";
import { sayBytes, sayShare } from "../quantities.ts";
import { adviseOn, measured, type Rule, type RuleContext } from "../rule.ts";

const NEAR_SHARE = { cgroup: 0.85, host: 0.95 } as const;
const CRITICAL_SHARE = 0.95;
/** Of the heap's limit, after a major collection. */
const NEAR_HEAP_SHARE = 0.85;

/** Tells when little memory is left: of the cgroup or host, or of V8's heap after a major collection. */
export function nearLimitRule(context: RuleContext): Rule {
  return {
    name: "near-limit",
    intervalMs: 5000,
    look: () => [...processNearLimit(context), ...heapNearLimit(context)],
    stop: () => undefined,
  };
}

function processNearLimit(context: RuleContext): readonly Finding[] {
  const { memory } = context.observations.latest() ?? {};
  if (memory === undefined) return [];
  const share = memory.usedBytes / memory.limitBytes;
  if (share < NEAR_SHARE[memory.limitedBy]) return [];
  return [
    adviseOn(context, {
      kind: "memory/near-limit",
      what: "process",
      severity: share >= CRITICAL_SHARE ? "critical" : "high",
      summary: `${sayShare(share)} of the ${memory.limitedBy}'s ${sayBytes(memory.limitBytes)} of memory is used; beyond it the kernel ends processes`,
      remedy:
        "Raise the limit, or lower --max-old-space-size so that V8 collects earlier; look at what the heap and buffers hold.",
      evidence: [
        measured(context, "memory used", memory.usedBytes, "bytes", memory.limitedBy),
        measured(context, "resident memory of the process", memory.rssBytes, "bytes", "rss"),
        measured(context, "limit", memory.limitBytes, "bytes", memory.limitedBy),
      ],
    }),
  ];
}

function heapNearLimit(context: RuleContext): readonly Finding[] {
  const limitBytes = context.observations.latest()?.heap?.limitBytes;
  const floor = context.observations.collections().findLast(({ kind }) => kind === "major");
  if (limitBytes === undefined || floor === undefined) return [];
  const share = floor.heapUsedAfterBytes / limitBytes;
  if (share < NEAR_HEAP_SHARE) return [];
  return [
    adviseOn(context, {
      kind: "memory/near-limit",
      what: "heap",
      severity: share >= CRITICAL_SHARE ? "critical" : "high",
      summary: `After a major collection ${sayShare(share)} of the heap's ${sayBytes(limitBytes)} is still held; at its limit V8 ends the process`,
      remedy: "Raise --max-old-space-size where memory is free, and look at what the heap holds.",
      evidence: [
        measured(
          context,
          "held after a major collection",
          floor.heapUsedAfterBytes,
          "bytes",
          "v8 gc",
        ),
        measured(context, "limit of the heap", limitBytes, "bytes", "v8"),
      ],
    }),
  ];
}
