import { type Finding, formatByteSize, formatDuration, type Proof } from "@streamgate/core";
import type { Terminal } from "../command-line/terminal.ts";
import { oneLine } from "../report/text/layout.ts";
import { formatSpeedup } from "../report/wording.ts";

/** Shows a fix with what is known of it, and asks whether it may be applied. */
export function askToApply(
  terminal: Terminal,
  finding: Finding,
  proof: Proof | null,
  signal: AbortSignal,
): Promise<boolean> {
  const { fix } = finding;
  const steps = fix?.steps.map((step) => (step.kind === "sql" ? step.apply : step.name)) ?? [];
  const shown = proof?.statements.find(({ role }) => role === "affected");
  terminal.tell("");
  for (const step of steps) terminal.tell(`  ${oneLine(step)}`);
  if (proof !== null && shown !== undefined) {
    terminal.tell(
      `  ${proof.verdict}: ${formatSpeedup(shown.speedupOfMedian)} faster, ${formatByteSize(proof.realSizeBytes)}, built in ${formatDuration(proof.buildMs)} (measured)`,
    );
  }
  return terminal.ask("Apply this?", signal);
}
