import {
  type CollectorOptions,
  type ResolvedTarget,
  resolveCollectorOptions,
  resolveTarget,
  type Target,
} from "./options.ts";
import { type ClaimInstance, type TargetStatus, WatchedTarget } from "./watched-target.ts";

/** Polls processes for their series. */
export interface Collector {
  /** Polls these from now on: what is among them already goes on undisturbed. */
  setTargets(targets: readonly Target[]): Promise<void>;
  status(): readonly TargetStatus[];
  close(): Promise<void>;
}

/**
 * Polls targets, each on its own schedule, and tells what happened in each interval: increases of
 * counters, values of gauges, histograms of what was recorded. Counters that begin anew, processes
 * that restart and clocks that jump are seen to here, so that nobody who reads points has to.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_OPTION`
 * @example
 * ```ts
 * import { createCollector } from "@streamgate/monitor";
 * const collector = createCollector({
 *   targets: [{ url: "http://127.0.0.1:9464", token: "secret", name: "media" }],
 *   onPoints: (points, report) => console.log(points.length, report?.findings),
 * });
 * await collector.close();
 * ```
 */
export function createCollector(options: CollectorOptions): Collector {
  const resolved = resolveCollectorOptions(options);
  let watched = new Map<string, WatchedTarget>();
  const claims = createClaims();

  const watch = (target: ResolvedTarget): WatchedTarget =>
    new WatchedTarget(target, resolved, claims.claim);
  const changeTo = (targets: readonly Target[]): Promise<unknown> => {
    const wanted = new Map(targets.map((each) => [JSON.stringify(each), resolveTarget(each)]));
    const before = watched;
    watched = new Map();
    for (const [identity, target] of wanted) {
      watched.set(identity, before.get(identity) ?? watch(target));
      before.delete(identity);
    }
    const kept = new Set([...wanted.values()].map(({ address }) => address));
    claims.release((address) => kept.has(address));
    return Promise.all([...before.values()].map((target) => target.close()));
  };
  changeTo(options.targets).catch(resolved.onProblem);

  return {
    async setTargets(targets) {
      await changeTo(targets);
    },
    status: () => [...watched.values()].map((target) => target.status()),
    async close() {
      await changeTo([]);
    },
  };
}

/** Two addresses that claim to be one instance would write into each other's series: the second is known by its address. */
function createClaims(): {
  readonly claim: ClaimInstance;
  readonly release: (isKept: (address: string) => boolean) => void;
} {
  const owners = new Map<string, string>();
  return {
    claim: (service, instance, address) => {
      const identity = JSON.stringify([service, instance]);
      const owner = owners.get(identity) ?? address;
      if (owner !== address) return address;
      for (const [other, its] of owners)
        if (its === address && other !== identity) owners.delete(other);
      owners.set(identity, address);
      return instance;
    },
    release: (isKept) => {
      for (const [identity, address] of owners) if (!isKept(address)) owners.delete(identity);
    },
  };
}
