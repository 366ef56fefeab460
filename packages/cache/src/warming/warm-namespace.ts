import { badCacheOption, cacheClosed } from "../errors.ts";
import type { LoadContext } from "../loading/load-context.ts";
import { NO_VARIANT } from "../memory/memory-index.ts";
import { keyOf } from "../namespace/key.ts";
import type { NamespaceState } from "../namespace/namespace-state.ts";
import { isFreshInMemory } from "./fresh-in-memory.ts";
import { LoadGate } from "./load-gate.ts";
import { popularTargets } from "./popular-targets.ts";
import { publishRefresh } from "./publish.ts";
import { reachTiers } from "./reach-tiers.ts";
import {
  checkWarmTargets,
  resolveWarmOptions,
  type WarmLoader,
  type WarmOptions,
  type WarmReport,
  type WarmTarget,
  type WarmTargets,
} from "./warm-options.ts";
import { type WarmOutcome, WarmUp } from "./warm-up.ts";

/** What became of the one load of a target. */
interface LoadOfTarget {
  state: "none" | "loaded" | "failed";
  reason: unknown;
}

/**
 * Warms a namespace; see `Namespace.warm`. What a tier holds fresh costs no load and no turn of the rate. The rest goes the way
 * of every read, so that claims, tags and invalidations hold as they do for it.
 */
export async function warmNamespace(
  state: NamespaceState,
  targets: WarmTargets,
  load: WarmLoader<unknown>,
  options: WarmOptions,
): Promise<WarmReport> {
  const resolved = resolveWarmOptions(options);
  checkWarmTargets(targets);
  if (typeof load !== "function") throw badCacheOption("warm.load", load, "a function");
  if (state.isClosed) throw cacheClosed();
  const { clock } = state;
  const gate = new LoadGate(resolved.concurrency);
  const warmUp = new WarmUp(state.name, resolved, clock);
  const list =
    targets === "popular"
      ? popularTargets(state.popular(resolved.limit), state.index, resolved.idOf)
      : targets;
  await reachTiers(state.tiers, clock);
  return warmUp.run(list, bring);

  async function bring(target: WarmTarget, turn: () => Promise<boolean>): Promise<WarmOutcome> {
    if (await isThere(target)) return "alreadyThere";
    if (!(await turn())) return "left";
    const loading: LoadOfTarget = { state: "none", reason: undefined };
    // What is served although its load failed is not warm.
    await state.miss(target.id, (context) => loadWatched(target, context, loading), target);
    if (loading.state === "failed") throw loading.reason;
    return loading.state === "loaded" ? "loaded" : "alreadyThere";
  }

  async function isThere({ id, variant = NO_VARIANT, ...reading }: WarmTarget): Promise<boolean> {
    if (state.isClosed) throw cacheClosed();
    if (isFreshInMemory(state, id, variant)) return true;
    if (state.tiers.length === 0) return false;
    const { source, isStale } = await state.fetch(id, { variant, ...reading });
    return source !== "none" && !isStale;
  }

  async function loadWatched(
    target: WarmTarget,
    context: LoadContext,
    loading: LoadOfTarget,
  ): Promise<unknown> {
    await gate.enter();
    if (context.signal.aborted) {
      gate.leave();
      throw context.signal.reason;
    }
    const startedMs = clock.monotonicMs();
    let isOver = false;
    const end = (outcome: "loaded" | "failed"): void => {
      if (isOver) return;
      isOver = true;
      gate.leave();
      loading.state = outcome;
      const durationMs = clock.monotonicMs() - startedMs;
      warmUp.health.record(durationMs, outcome === "failed");
      const key = keyOf(state.name, target.id, target.variant ?? NO_VARIANT);
      publishRefresh(() => ({
        namespace: state.name,
        key,
        reason: "warming",
        outcome: outcome === "loaded" ? "changed" : "failed",
        durationMs,
      }));
    };
    // A load that hangs is given up by the cache, and must not hold its place for ever.
    context.signal.addEventListener("abort", () => {
      loading.reason = context.signal.reason;
      end("failed");
    });
    try {
      const value = await load(target.id, context, target);
      end("loaded");
      return value;
    } catch (error) {
      loading.reason = error;
      end("failed");
      throw error;
    }
  }
}
