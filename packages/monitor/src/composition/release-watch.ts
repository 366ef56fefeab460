import type { ProcessIdentity } from "@streamgate/telemetry";
import type { Change } from "../incidents/change.ts";

/** A release that was not heard of for so long was replaced: when it comes again, it was deployed again. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;
const MOST_SERVICES = 10_000;

/** Which releases of a service were heard of, and when last. Plain data. */
export type ReleasesSeen = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * Finds deploys: a process reports a release that none of its service's processes reported lately. While old and new
 * processes run beside each other, that is one deploy.
 */
export class ReleaseWatch {
  readonly #seen = new Map<string, Map<string, number>>();

  constructor(saved?: unknown) {
    if (!isReleasesSeen(saved)) return;
    for (const [service, releases] of Object.entries(saved))
      this.#seen.set(service, new Map(Object.entries(releases)));
  }

  /** A deploy, where this identity is the first to tell of it. */
  hear(identity: ProcessIdentity, nowMs: number): Change | undefined {
    const { service, release, startedAtMs } = identity;
    if (release === "") return undefined;
    const releases = this.#seen.get(service);
    if (releases === undefined) {
      // What runs when the watching begins was deployed at a time that nobody knows.
      if (this.#seen.size < MOST_SERVICES) this.#seen.set(service, new Map([[release, nowMs]]));
      return undefined;
    }
    const lastMs = releases.get(release);
    const isLatest = lastMs !== undefined && lastMs >= Math.max(...releases.values());
    releases.set(release, nowMs);
    if (lastMs !== undefined && (isLatest || nowMs - lastMs < FORGOTTEN_AFTER_MS)) return undefined;
    for (const [other, atMs] of releases)
      if (nowMs - atMs > 10 * FORGOTTEN_AFTER_MS) releases.delete(other);
    return {
      id: `deploy:${service}:${release}:${startedAtMs}`,
      kind: "deploy",
      atMs: Math.min(startedAtMs, nowMs),
      summary: `${service} ${release} was deployed`,
      labels: { service, release },
    };
  }

  state(): ReleasesSeen {
    return Object.fromEntries(
      [...this.#seen].map(([service, releases]) => [service, Object.fromEntries(releases)]),
    );
  }
}

function isReleasesSeen(value: unknown): value is ReleasesSeen {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every(
    (releases) =>
      typeof releases === "object" &&
      releases !== null &&
      Object.values(releases).every((atMs) => typeof atMs === "number"),
  );
}
