import type { Clock } from "@streamgate/core";
import {
  type CallNode,
  type CallTreeKind,
  cpuCallTree,
  heapCallTree,
} from "../profiles/call-tree.ts";
import { takeCpuProfile } from "../profiles/cpu-profile.ts";
import { drawFlameGraph } from "../profiles/flame-graph.ts";
import { takeHeapProfile } from "../profiles/heap-profile.ts";
import { type Headroom, memoryRefusal } from "../profiles/memory-headroom.ts";
import { encodePprof } from "../profiles/pprof.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";
import { onlyKnown, readChoice, readDurationMs, readNumber } from "./query.ts";

/** What acts stand on. */
export interface ActContext {
  /** `service`, for titles and names of files. */
  readonly service: string;
  readonly clock: Clock;
  readHeadroom(): Promise<Headroom>;
}

const DEFAULT_SECONDS = 10;
const DEFAULT_WIDTH = 1_200;
/** What V8 and the encoding may take for the longest profile. */
const PROFILE_BYTES = 64 * 1024 * 1024;
const PARAMETERS: readonly string[] = ["seconds", "format", "width"];

interface TakenProfile {
  /** As V8 gives it, for Chrome. */
  readonly chrome: object;
  readonly tree: CallNode;
}

interface ProfileKind {
  readonly kind: CallTreeKind;
  readonly path: string;
  /** Of Chrome's file: `.cpuprofile`. */
  readonly chromeFormat: "cpuprofile" | "heapprofile";
  take(options: {
    readonly durationMs: number;
    readonly signal: AbortSignal;
    readonly clock: Clock;
  }): Promise<TakenProfile>;
}

const CPU: ProfileKind = {
  kind: "cpu",
  path: "/streamgate/cpu-profile",
  chromeFormat: "cpuprofile",
  take: async (options) => {
    const chrome = await takeCpuProfile(options);
    return { chrome, tree: cpuCallTree(chrome) };
  },
};

const HEAP: ProfileKind = {
  kind: "heap",
  path: "/streamgate/heap-profile",
  chromeFormat: "heapprofile",
  take: async (options) => {
    const chrome = await takeHeapProfile(options);
    return { chrome, tree: heapCallTree(chrome) };
  },
};

/** What the process spends its time on: `?seconds=10&format=cpuprofile|pprof|svg&width=1200`. */
export function cpuProfileEndpoint(context: ActContext): Endpoint {
  return profileEndpoint(CPU, context);
}

/** What allocates memory that stays: `?seconds=10&format=heapprofile|pprof|svg&width=1200`. */
export function heapProfileEndpoint(context: ActContext): Endpoint {
  return profileEndpoint(HEAP, context);
}

function profileEndpoint(profile: ProfileKind, context: ActContext): Endpoint {
  return {
    path: profile.path,
    method: "POST",
    access: "act",
    answer: async (exchange) => {
      onlyKnown(exchange.query, PARAMETERS);
      const durationMs = readDurationMs(exchange.query, DEFAULT_SECONDS);
      const format = readChoice(exchange.query, "format", [profile.chromeFormat, "pprof", "svg"]);
      const widthPixels = readNumber(exchange.query, "width", DEFAULT_WIDTH, 320, 4_000);
      await requireMemory(context, PROFILE_BYTES);
      const startedAtMs = context.clock.now().getTime();
      const taken = await profile.take({
        durationMs,
        signal: exchange.signal,
        clock: context.clock,
      });
      const name = `${context.service}-${profile.kind}-${fileTime(startedAtMs)}`;
      if (format === "svg") {
        const title = `${profile.kind === "cpu" ? "CPU" : "Heap"} of ${context.service}, ${durationMs / 1_000} s from ${new Date(startedAtMs).toISOString()}`;
        const svg = drawFlameGraph(taken.tree, { kind: profile.kind, title, widthPixels });
        exchange.file(svg, "image/svg+xml", `${name}.svg`);
      } else if (format === "pprof") {
        const times = { startedAtMs, durationMs };
        const bytes = await encodePprof(taken.tree, profile.kind, times);
        exchange.file(bytes, "application/octet-stream", `${name}.pb.gz`);
      } else sendChrome(exchange, taken.chrome, `${name}.${format}`);
    },
  };
}

function sendChrome(exchange: Exchange, profile: object, name: string): void {
  exchange.file(JSON.stringify(profile), "application/json", name);
}

/** @throws Problem 507, with the figures */
export async function requireMemory(context: ActContext, neededBytes: number): Promise<void> {
  const refusal = memoryRefusal(neededBytes, await context.readHeadroom());
  if (refusal !== undefined) throw new Problem(507, refusal);
}

/** `2026-01-31T10-20-30`. */
export function fileTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replaceAll(":", "-");
}
