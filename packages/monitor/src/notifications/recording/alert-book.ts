import type { AlertTransition } from "../../alerts/transition.ts";
import { alertAfter, mergeTransition } from "./merge-transition.ts";
import type { RecordedAlert } from "./recorded-alert.ts";
import { storable } from "./storable.ts";

/**
 * The recorded alerts as the leader knows them. A draft of changes belongs to one transaction: it becomes the
 * truth when that has committed, and is dropped when it has not.
 */
export class AlertBook {
  readonly #alerts = new Map<string, RecordedAlert>();

  constructor(alerts: readonly RecordedAlert[]) {
    for (const alert of alerts) this.#alerts.set(alert.alertId, alert);
  }

  get alerts(): ReadonlyMap<string, RecordedAlert> {
    return this.#alerts;
  }

  draft(): AlertDraft {
    return new AlertDraft(this.#alerts);
  }

  accept(draft: AlertDraft): void {
    for (const alert of draft.changed()) this.#alerts.set(alert.alertId, alert);
  }

  forgetResolvedBefore(beforeMs: number): void {
    for (const [id, { state, atMs }] of this.#alerts)
      if (state === "resolved" && atMs < beforeMs) this.#alerts.delete(id);
  }
}

/** Changes that are not committed yet. */
export class AlertDraft {
  readonly #base: ReadonlyMap<string, RecordedAlert>;
  readonly #changed = new Map<string, RecordedAlert>();

  constructor(base: ReadonlyMap<string, RecordedAlert>) {
    this.#base = base;
  }

  get(alertId: string): RecordedAlert | undefined {
    return this.#changed.get(alertId) ?? this.#base.get(alertId);
  }

  set(alert: RecordedAlert): void {
    this.#changed.set(alert.alertId, alert);
  }

  changed(): readonly RecordedAlert[] {
    return [...this.#changed.values()];
  }

  firing(): readonly RecordedAlert[] {
    const untouched = [...this.#base.values()].filter(({ alertId }) => !this.#changed.has(alertId));
    return [...untouched, ...this.#changed.values()].filter(({ state }) => state === "firing");
  }

  /** Takes over what is news, and returns it. */
  merge(transitions: readonly AlertTransition[]): readonly AlertTransition[] {
    return transitions.map(storable).filter((transition) => {
      const recorded = this.get(transition.alertId);
      if (mergeTransition(recorded, transition) !== "news") return false;
      const { state } = transition;
      if (state === "pending") return false;
      this.set(alertAfter(recorded, { ...transition, state }));
      return true;
    });
  }
}
