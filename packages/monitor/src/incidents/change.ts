import type { Labels } from "@streamgate/telemetry";

/** Something that people or StreamGate did to the watched service: what an incident's causes are ranked from. */
export interface Change {
  readonly id: string;
  readonly kind: "deploy" | "fix-applied" | "fix-reverted" | "configuration" | "scaling" | "other";
  readonly atMs: number;
  readonly summary: string;
  /** `service`, `database`, … : what it touched. */
  readonly labels: Labels;
}
