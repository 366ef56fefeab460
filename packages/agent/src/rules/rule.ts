import { createHash } from "node:crypto";
import type { Clock, Evidence, Finding, FindingKind } from "@streamgate/core";
import type { ObservationLog } from "../samplers/observation.ts";

/** What rules stand on. */
export interface RuleContext {
  readonly observations: ObservationLog;
  readonly clock: Clock;
  readonly service: string;
  readonly instance: string;
  /** Told what parts of the rules took of the thread. */
  readonly addCost: (part: string, costMs: number) => void;
}

/** Watches for one kind of problem. */
export interface Rule {
  /** The value of the label `part` in the agent's own cost. */
  readonly name: string;
  /** How often it looks. */
  readonly intervalMs: number;
  /** The problems that there are now; one that is no longer among them is gone. */
  look(): readonly Finding[] | Promise<readonly Finding[]>;
  /** Gives back timers, hooks and subscriptions. */
  stop(): void;
}

/** What a rule says of a problem; the rest of a finding is the same for all of them. */
export interface Advice {
  readonly kind: FindingKind;
  /** What tells the problem from others of its kind, whatever its severity and however well its place is known. */
  readonly what: string;
  /** The place in the code; else the process is the subject. */
  readonly place?: string | undefined;
  readonly severity: Finding["severity"];
  readonly summary: string;
  readonly remedy: string;
  readonly savedMsPerHour?: number;
  readonly evidence: readonly Evidence[];
}

/** A finding whose id is the same for the same problem of the same service, in every process and after every restart. */
export function adviseOn(context: RuleContext, advice: Advice): Finding {
  const { kind, what, place, severity, summary, remedy, savedMsPerHour = 0 } = advice;
  const key = JSON.stringify([kind, context.service, what]);
  return {
    id: `${kind.replace("/", "-")}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`,
    kind,
    subject: { database: "", object: place ?? `${context.service}/${context.instance}` },
    severity,
    summary,
    savedMsPerHour,
    statements: [],
    evidence: advice.evidence,
    remedy,
  };
}

/** A number that was read in this process. */
export function measured(
  { clock }: RuleContext,
  name: string,
  value: number,
  unit: string,
  source: string,
): Evidence {
  return { name, value, unit, rung: "measured", source, at: clock.now().toISOString() };
}

/** A number that a model gave: a forecast, a share of samples. */
export function estimated(
  context: RuleContext,
  name: string,
  value: number,
  unit: string,
  source: string,
): Evidence {
  return { ...measured(context, name, value, unit, source), rung: "estimated" };
}
