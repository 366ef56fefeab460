import type { RecordedAlert } from "../recording/recorded-alert.ts";
import { labelsPredicate } from "../routing/matching.ts";
import type { Inhibitor } from "./inhibition.ts";
import type { Maintenance } from "./maintenance-window.ts";
import { isInForce, type Silence } from "./silence.ts";

/** Why an alert is not told. */
export interface Mute {
  readonly kind: "silence" | "maintenance" | "inhibition";
  readonly name: string;
}

/** For one instant: why an alert must not be told; undefined: it may. */
export type MuteOf = (alert: RecordedAlert) => Mute | undefined;

export function mutesAt(
  nowMs: number,
  firing: readonly RecordedAlert[],
  rules: {
    readonly silences: readonly Silence[];
    readonly maintenance: readonly Maintenance[];
    readonly inhibitor: Inhibitor;
  },
): MuteOf {
  const silences = rules.silences
    .filter((silence) => isInForce(silence, nowMs))
    .map(({ id, matchers }) => ({ id, matches: labelsPredicate(`silence ${id}`, matchers) }));
  const windows = rules.maintenance.filter((window) => window.lastsAt(nowMs));
  const inhibits = rules.inhibitor.over(firing);
  return (alert) => {
    const silence = silences.find(({ matches }) => matches(alert.labels));
    if (silence !== undefined) return { kind: "silence", name: silence.id };
    const window = windows.find(({ matches }) => matches(alert.labels));
    if (window !== undefined) return { kind: "maintenance", name: window.name };
    const inhibition = inhibits(alert);
    return inhibition === undefined ? undefined : { kind: "inhibition", name: inhibition };
  };
}
