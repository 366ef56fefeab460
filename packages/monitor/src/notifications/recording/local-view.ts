import type { AlertTransition } from "../../alerts/transition.ts";
import { CHANNEL_TROUBLE } from "../queue/channel-trouble.ts";
import type { RecordedAlert } from "./recorded-alert.ts";

/** A difference between what this instance sees and what is recorded is acted upon after it lasted for so long. */
const PATIENCE_MS = 20_000;
/** A resolution is remembered so long, to be told to whoever recorded the firing. */
const RESOLVED_KEPT_MS = 3_600_000;

/**
 * What this instance's own evaluation says, whether it leads or not: so that whoever takes over records what the last
 * leader did not live to record. It also mends what can never come by a transition: an alert that is recorded as
 * firing, and of which an instance that was started since knows nothing.
 */
export class LocalView {
  readonly #latest = new Map<string, AlertTransition>();
  readonly #differsSinceMs = new Map<string, number>();

  tell(transitions: readonly AlertTransition[]): void {
    for (const transition of transitions) this.#latest.set(transition.alertId, transition);
  }

  /** Alerts whose condition holds, but not for long enough. */
  pending(): readonly AlertTransition[] {
    return [...this.#latest.values()].filter(({ state }) => state === "pending");
  }

  /** All that is known, for whoever begins to lead. */
  all(): readonly AlertTransition[] {
    return [...this.#latest.values()];
  }

  /** Forgets what was resolved long ago. */
  prune(nowMs: number): void {
    for (const [id, { state, atMs }] of this.#latest) {
      if (state === "resolved" && nowMs - atMs > RESOLVED_KEPT_MS) this.#latest.delete(id);
    }
  }

  /**
   * Transitions that make the records say what this instance has seen for a while.
   *
   * @param isWarm whether this instance has watched for long enough to know what it would see
   */
  differences(
    recorded: ReadonlyMap<string, RecordedAlert>,
    isWarm: boolean,
    nowMs: number,
  ): readonly AlertTransition[] {
    const found: AlertTransition[] = [];
    const differing = new Set<string>();
    const lasted = (id: string): boolean => {
      differing.add(id);
      const sinceMs = this.#differsSinceMs.get(id);
      if (sinceMs === undefined || sinceMs > nowMs) this.#differsSinceMs.set(id, nowMs);
      return nowMs - (this.#differsSinceMs.get(id) ?? nowMs) >= PATIENCE_MS;
    };
    for (const [id, local] of this.#latest) {
      if (local.state !== "firing" || recorded.get(id)?.state === "firing") continue;
      if (lasted(id)) found.push({ ...local, atMs: nowMs });
    }
    for (const [id, alert] of recorded) {
      if (alert.state !== "firing" || this.#latest.get(id)?.state === "firing") continue;
      // What a channel does is seen by whoever delivers, and by nobody else.
      if (alert.ruleName === CHANNEL_TROUBLE) continue;
      const isKnown = this.#latest.has(id);
      if ((isKnown || isWarm) && lasted(id)) found.push(resolutionOf(alert, nowMs));
    }
    for (const id of this.#differsSinceMs.keys())
      if (!differing.has(id)) this.#differsSinceMs.delete(id);
    return found;
  }
}

function resolutionOf(alert: RecordedAlert, nowMs: number): AlertTransition {
  return {
    ...alert,
    state: "resolved",
    atMs: Math.max(nowMs, alert.atMs),
    description: `${alert.description} Its condition was not seen any more by the instance that leads now.`,
  };
}
