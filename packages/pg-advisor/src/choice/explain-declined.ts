import { type Declined, formatByteSize, formatDuration } from "@streamgate/core";
import { describeDefinition, nameless } from "../candidates/definition-sql.ts";
import {
  bytesOf,
  type ConfigurationValue,
  type Contender,
  type Step,
} from "./configuration-value.ts";
import type { SlowedStatement } from "./keep-fast.ts";
import type { ResolvedChoiceOptions } from "./options.ts";
import type { TracedStatement } from "./weigh-statements.ts";

export interface DeclineInput {
  readonly contender: Contender;
  /** What it would bring as the only new index; undefined where it was not evaluated. */
  readonly alone: Step | undefined;
  readonly chosen: readonly Contender[];
  readonly value: ConfigurationValue;
  readonly options: ResolvedChoiceOptions;
  /** The statement that it would have made slower, where it was taken out for that. */
  readonly slowed: SlowedStatement | undefined;
  /** Whether the planner may be asked once more, for the figure beside the chosen indexes. */
  readonly mayAsk: boolean;
}

/** Why a candidate was not chosen, with the figures. */
export async function explainDeclined(input: DeclineInput): Promise<Declined> {
  const { contender, alone, chosen, value, options, slowed, mayAsk } = input;
  const { leastSavedMs } = contender;
  const say = (reason: string, explanation: string): Declined => ({
    candidate: nameless(contender.candidate.definition),
    reason,
    explanation,
  });
  if (alone === undefined) {
    const limit = options.plannerCallsAtMost;
    return say(
      "not-evaluated",
      Number.isFinite(options.timeMs)
        ? `The ${formatDuration(options.timeMs)} or ${limit} plans that were allowed were used up before its turn.`
        : `The ${limit} plans that were allowed were used up before its turn.`,
    );
  }
  const statements = askingStatements(input);
  if (statements.length === 0) {
    const share = Number((options.shareOfTimeWeighed * 100).toPrecision(4));
    return say(
      "gain-too-small",
      `Its statements are not among the costliest, which hold ${share} % of the workload's time; they were not planned.`,
    );
  }
  if (alone.savedMs <= 0) {
    const share = Math.round(options.minimumShareOfStatement * 100);
    return say("no-plan-uses-it", `No statement's cost falls by more than ${share} % with it.`);
  }
  const saved = `${formatDuration(alone.savedMs)} an hour`;
  if (alone.savedMs < leastSavedMs) {
    return say(
      "gain-too-small",
      `It would save ${saved}; less than ${formatDuration(leastSavedMs)} an hour is not worth an index.`,
    );
  }
  if (slowed !== undefined) {
    const times = Number(slowed.ratio.toPrecision(3));
    return say(
      "slows-a-statement",
      `It would save ${saved}, but another statement would take up to ${times}× its time: ${shortened(slowed.traced.statement.text)}`,
    );
  }
  const rival = bestRival(contender, chosen);
  const beside = mayAsk ? await value.step(chosen, [...chosen, contender], statements) : null;
  const isServed = beside === null || beside.netMs <= 0 || beside.savedMs < leastSavedMs;
  if (rival !== null && isServed) {
    const index = describeDefinition(rival.candidate.definition);
    const more =
      beside === null
        ? ""
        : `, and beside it this saves ${beside.savedMs > 0 ? formatDuration(beside.savedMs) : "nothing"} more`;
    return say(
      "better-index-chosen",
      `Alone it would save ${saved}; ${index} is worth more${more}.`,
    );
  }
  if (
    alone.savedMs < contender.writeMsPerHour ||
    (alone.netMs <= 0 && contender.writeMsPerHour > 0)
  ) {
    const writes = formatDuration(contender.writeMsPerHour);
    return say(
      "write-cost-exceeds-gain",
      `It would save ${saved} and cost writers an estimated ${writes} an hour.`,
    );
  }
  const takenBytes = bytesOf(chosen);
  if (contender.sizeBytes > options.budgetBytes - takenBytes) {
    return say(
      "over-budget",
      `It would save ${saved}, but its ${formatByteSize(contender.sizeBytes)} do not fit what is left of ${formatByteSize(options.budgetBytes)}.`,
    );
  }
  if (chosen.length >= options.indexesAtMost) {
    return say(
      "index-limit-reached",
      `It would save ${saved}; ${options.indexesAtMost} better indexes are advised already.`,
    );
  }
  return say(
    "gain-too-small",
    `Beside the chosen indexes it would save ${formatDuration(Math.max(0, beside?.savedMs ?? 0))} an hour, which its ${formatByteSize(contender.sizeBytes)} are not worth.`,
  );
}

/** The statements that asked for the candidate, of those that were planned. */
export function askingStatements({
  contender,
  value,
}: Pick<DeclineInput, "contender" | "value">): readonly TracedStatement[] {
  const askedBy = new Set(contender.candidate.fingerprints);
  return value
    .touching(contender.table)
    .filter(({ statement }) => askedBy.has(statement.fingerprint));
}

/** The chosen index of the same table that shares most statements with the candidate. */
function bestRival(contender: Contender, chosen: readonly Contender[]): Contender | null {
  const wanted = new Set(contender.candidate.fingerprints);
  const shared = ({ candidate }: Contender): number =>
    candidate.fingerprints.filter((fingerprint) => wanted.has(fingerprint)).length;
  const neighbours = chosen.filter((one) => one.table === contender.table && shared(one) > 0);
  return neighbours.toSorted((one, other) => shared(other) - shared(one))[0] ?? null;
}

const LONGEST_TEXT = 120;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT - 1)}…`;
}
