import { badCacheOption } from "../errors.ts";
import type { LoadContext } from "../loading/load-context.ts";
import type { Id } from "../memory/memory-index.ts";
import { integer } from "../options/checks.ts";
import type { Suffering } from "./source-health.ts";

/** One entry to warm. */
export interface WarmTarget {
  readonly id: Id;
  readonly variant?: string;
  readonly tags?: readonly string[];
  readonly dependsOn?: readonly string[];
}

/** A list, or `"popular"`: the ids of the greatest frequency × load cost, most valuable first. */
export type WarmTargets = "popular" | Iterable<Id | WarmTarget> | AsyncIterable<Id | WarmTarget>;

/** Gets the value of one target from its source. */
export type WarmLoader<Value> = (
  id: Id,
  context: LoadContext,
  target: WarmTarget,
) => Promise<Value> | Value;

export interface WarmOptions {
  /** With `"popular"`: at most so many ids, 1 to 1,000,000. @default 1000 */
  readonly limit?: number;
  /**
   * With `"popular"`: the id as those who read give it. Popularity keeps ids as text, and memory tells 42 from "42".
   *
   * @default text as it is where memory holds such ids as text, else whole numbers as numbers
   */
  readonly idOf?: (text: string) => Id;
  /** Loads at once, 1 to 1,000. @default 4 */
  readonly concurrency?: number;
  /** Loads a second at the most, 1 to 100,000; each rest of the source halves it. @default 200 */
  readonly perSecond?: number;
  /** Rests that the source is given when it suffers, before the warm-up ends, 0 to 100. @default 3 */
  readonly rests?: number;
  /** Ends it early; loads under way are waited for. */
  readonly signal?: AbortSignal;
  /** Called after every target and when the source is left to rest. */
  readonly onProgress?: (progress: WarmProgress) => void;
}

/** How a namespace is warmed for whoever runs the service. */
export interface WarmableOptions
  extends Pick<WarmOptions, "limit" | "concurrency" | "perSecond" | "rests"> {
  /**
   * The entry that an id names: the id as reads give it, and the tags that reads give; without them an invalidation by tag would
   * miss what was warmed.
   *
   * @default the id as text, without tags
   */
  readonly targetOf?: (id: string) => WarmTarget;
}

export interface WarmProgress {
  readonly done: number;
  /** Undefined where the list does not say how long it is. */
  readonly total: number | undefined;
  readonly loaded: number;
  readonly alreadyThere: number;
  readonly failed: number;
  readonly elapsedMs: number;
  /** Present while the source is left to rest. */
  readonly resting?: Suffering;
}

export interface WarmReport {
  /** Loaded from the source by this warm-up. */
  readonly loaded: number;
  /** Held by a tier already, or loaded by somebody else meanwhile. */
  readonly alreadyThere: number;
  readonly failed: number;
  readonly firstFailure?: { readonly id: Id; readonly reason: string };
  readonly tookMs: number;
  /** `complete`, or why it ended before. */
  readonly ended: "complete" | "aborted" | "closed" | `source ${Suffering}`;
}

export interface ResolvedWarmOptions {
  readonly limit: number;
  readonly idOf: ((text: string) => Id) | undefined;
  readonly concurrency: number;
  readonly perSecond: number;
  readonly rests: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: WarmProgress) => void) | undefined;
}

/** Ids that `"popular"` takes at the most. */
export const POPULAR_LIMIT = 1_000;

const DEFAULTS = { limit: POPULAR_LIMIT, concurrency: 4, perSecond: 200, rests: 3 } as const;

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function resolveWarmOptions(options: WarmOptions): ResolvedWarmOptions {
  const { limit, concurrency, perSecond, rests } = { ...DEFAULTS, ...options };
  return {
    limit: integer("warm.limit", limit, 1, 1_000_000),
    idOf: options.idOf,
    concurrency: integer("warm.concurrency", concurrency, 1, 1_000),
    perSecond: integer("warm.perSecond", perSecond, 1, 100_000),
    rests: integer("warm.rests", rests, 0, 100),
    signal: options.signal,
    onProgress: options.onProgress,
  };
}

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function checkWarmTargets(targets: WarmTargets): void {
  const isList =
    typeof targets === "object" &&
    targets !== null &&
    (Symbol.iterator in targets || Symbol.asyncIterator in targets);
  if (isList || targets === "popular") return;
  throw badCacheOption("warm.targets", targets, 'a list of ids or targets, or "popular"');
}
