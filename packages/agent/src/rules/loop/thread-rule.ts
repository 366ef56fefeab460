import type { Finding, Severity } from "@streamgate/core";
import { sayNumber, sayShare } from "../quantities.ts";
import { adviseOn, estimated, measured, type Rule, type RuleContext } from "../rule.ts";
import type { BlockingFunction } from "./blocking-function.ts";
import type { DearCall } from "./called-from.ts";
import { type ThreadReading, ThreadWatch } from "./thread-watch.ts";

const SOURCE = "v8 cpu profile";
const MS_PER_HOUR = 3_600_000;
const LEAST_BLOCKED_MS = 50;
const MOST_PLACES = 3;
const FEWEST_COMPUTATIONS = 2;
/** A call is told when it takes so much of the thread's busy time … */
const TOLD_SHARE = { synchronous: 0.05, json: 0.15 } as const;
/** … and so much of all time: on an idle thread nothing is hot. */
const TOLD_SHARE_OF_TIME = 0.01;

/** Names what holds the thread: functions that block it, synchronous calls, JSON, and work for other threads. */
export function threadRule(context: RuleContext): Rule {
  const watch = new ThreadWatch(context.clock, context.addCost);
  const unsubscribe = context.observations.subscribe({
    onStall: (stall) => watch.onStall(stall),
    onObservation: (observation) => watch.onObservation(observation),
  });
  return {
    name: "thread",
    intervalMs: 1000,
    look: async () => {
      await watch.look();
      return watch.reading === undefined ? [] : adviseOnThread(context, watch.reading);
    },
    stop: () => {
      unsubscribe();
      watch.stop();
    },
  };
}

/** The problems that one reading of the thread shows. */
export function adviseOnThread(context: RuleContext, reading: ThreadReading): readonly Finding[] {
  const isTold = (leastShare: number) => (call: DearCall) =>
    call.share >= leastShare && call.share * reading.busyShare >= TOLD_SHARE_OF_TIME;
  return [
    ...reading.blockers
      .filter(({ isOwnCode, longestMs }) => isOwnCode && longestMs >= LEAST_BLOCKED_MS)
      .slice(0, MOST_PLACES)
      .map((blocker) => blockedFinding(context, reading, blocker)),
    ...reading.computations
      .filter(({ isOwnCode, times }) => isOwnCode && times >= FEWEST_COMPUTATIONS)
      .slice(0, MOST_PLACES)
      .map((computation) => offloadFinding(context, reading, computation)),
    ...reading.synchronous
      .filter(isTold(TOLD_SHARE.synchronous))
      .slice(0, MOST_PLACES)
      .map((call) => synchronousFinding(context, reading, call)),
    ...reading.json
      .filter(isTold(TOLD_SHARE.json))
      .slice(0, MOST_PLACES)
      .map((call) => jsonFinding(context, reading, call)),
  ];
}

function blockedFinding(
  context: RuleContext,
  reading: ThreadReading,
  blocker: BlockingFunction,
): Finding {
  const { place, times, longestMs, totalMs, innermost } = blocker;
  return adviseOn(context, {
    kind: "loop/blocked",
    what: place,
    place,
    severity: severityOfBlocking(longestMs),
    summary: `${place} held the event loop ${times === 1 ? "once" : `${times} times`} in ${sayNumber(reading.seconds)} s, for ${sayNumber(longestMs)} ms at the longest; nobody was answered meanwhile`,
    savedMsPerHour: (totalMs / (reading.seconds * 1000)) * MS_PER_HOUR,
    remedy: `Split the work, make it asynchronous, or move it to worker threads${innermost === "" ? "" : `; most of the time was spent in ${innermost}`}.`,
    evidence: [
      measured(context, "longest stall", longestMs, "ms", "event loop"),
      measured(context, "stalls", times, "count", "event loop"),
      estimated(context, "time held", totalMs, "ms", SOURCE),
    ],
  });
}

function offloadFinding(
  context: RuleContext,
  reading: ThreadReading,
  computation: BlockingFunction,
): Finding {
  const { place, times, longestMs, totalMs } = computation;
  return adviseOn(context, {
    kind: "loop/offload",
    what: place,
    place,
    severity: severityOfBlocking(longestMs),
    summary: `${place} computes for up to ${sayNumber(longestMs)} ms at a stretch without input or output: ${sayShare(totalMs / (reading.seconds * 1000))} of the thread's time`,
    savedMsPerHour: (totalMs / (reading.seconds * 1000)) * MS_PER_HOUR,
    remedy:
      "Run it in worker threads: WorkerPool of @streamgate/agent/workers takes a module and its input.",
    evidence: [
      estimated(context, "longest stretch", longestMs, "ms", SOURCE),
      estimated(context, "stretches", times, "count", SOURCE),
      estimated(context, "time at it", totalMs, "ms", SOURCE),
    ],
  });
}

function synchronousFinding(context: RuleContext, reading: ThreadReading, call: DearCall): Finding {
  return adviseOn(context, {
    kind: "loop/synchronous-io",
    what: `${call.name} ${call.place}`,
    place: call.place,
    severity: severityOfShare(call.share * reading.busyShare),
    summary: `${call.name} in ${call.place} holds the thread until it is done: ${sayShare(call.share)} of its busy time`,
    savedMsPerHour: call.share * reading.busyShare * MS_PER_HOUR,
    remedy: `Use ${asynchronousForm(call.name)}, or do it once at the start and keep the result.`,
    evidence: sharesOf(context, reading, call),
  });
}

function jsonFinding(context: RuleContext, reading: ThreadReading, call: DearCall): Finding {
  const remedy =
    call.name === "JSON.stringify"
      ? "Keep the bytes of what is sent often (the cache's stored bytes, or a prebuilt answer), give Fastify a response schema, or send less."
      : "Parse once and keep the result, ask for less, or read what is large in a worker thread.";
  return adviseOn(context, {
    kind: "loop/json",
    what: `${call.name} ${call.place}`,
    place: call.place,
    severity: severityOfShare(call.share * reading.busyShare),
    summary: `${call.name} called by ${call.place} takes ${sayShare(call.share)} of the thread's busy time`,
    savedMsPerHour: call.share * reading.busyShare * MS_PER_HOUR,
    remedy,
    evidence: sharesOf(context, reading, call),
  });
}

function sharesOf(
  context: RuleContext,
  reading: ThreadReading,
  call: DearCall,
): Finding["evidence"] {
  return [
    estimated(context, "share of the busy time", call.share, "ratio", SOURCE),
    estimated(context, "time in it", call.totalMs, "ms", SOURCE),
    estimated(context, "busy share of the thread", reading.busyShare, "ratio", SOURCE),
  ];
}

/** `readFileSync` has `fs.promises.readFile`; what is not on the list has a form without `Sync`. */
function asynchronousForm(name: string): string {
  const plain = name.replace(/Sync$/, "");
  if (/^(pbkdf2|scrypt|hkdf|generateKeyPair|randomFill)/.test(plain))
    return `crypto.${plain} with a callback, which runs in Node's thread pool`;
  if (/^(gzip|gunzip|deflate|inflate|brotli|zlibBuffer|processChunk|unzip)/.test(plain))
    return "the form of zlib with a callback, which runs in Node's thread pool";
  if (/^(exec|spawn|execFile)/.test(plain)) return `child_process.${plain}`;
  return `the asynchronous ${plain}`;
}

function severityOfBlocking(longestMs: number): Severity {
  if (longestMs >= 1000) return "high";
  return longestMs >= 200 ? "medium" : "low";
}

function severityOfShare(shareOfTime: number): Severity {
  if (shareOfTime >= 0.3) return "high";
  return shareOfTime >= 0.1 ? "medium" : "low";
}
