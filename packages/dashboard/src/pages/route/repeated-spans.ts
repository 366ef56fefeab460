import type { TraceSummary } from "@streamgate/contract";
import type { Span } from "./waterfall.ts";

/** The same step many times in one request: often a query in a loop. */
export interface RepeatedStep {
  readonly part: Span["part"];
  readonly detail: string;
  readonly times: number;
  readonly totalMs: number;
}

/** From so many equal steps in one request on, something is in a loop. */
const MANY = 5;

/** Steps that one request took again and again, the costliest first. */
export function repeatedSteps({ spans }: TraceSummary): readonly RepeatedStep[] {
  const steps = new Map<
    string,
    { part: Span["part"]; detail: string; times: number; totalMs: number }
  >();
  for (const { part, detail, name, durationMs } of spans) {
    if (part !== "postgresql" && part !== "redis" && part !== "http") continue;
    const text = detail === "" ? name : detail;
    const key = `${part}\n${text}`;
    const step = steps.get(key) ?? { part, detail: text, times: 0, totalMs: 0 };
    steps.set(key, step);
    step.times += 1;
    step.totalMs += durationMs;
  }
  return [...steps.values()]
    .filter(({ times }) => times >= MANY)
    .sort((one, other) => other.totalMs - one.totalMs);
}
