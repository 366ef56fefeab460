import type { CallerAdvice, ProvenRewrite, RewriteReport } from "@streamgate/pg-advisor";
import { oneLine } from "../report/text/layout.ts";
import { counted, formatSpeedup } from "../report/wording.ts";

const MOST_DECLINED = 12;

/** What a person is told beside the statement: why it is what it is, or why there is none. */
export function remarksOf({
  rewrite,
  withheld,
  declined,
  advice,
}: RewriteReport): readonly string[] {
  const lines = [...withheld.flatMap(linesOfWithheld), ...advice.flatMap(linesOfAdvice)];
  if (rewrite !== null) return [...linesOfRewrite(rewrite), ...lines];
  lines.push("nothing to print:");
  const reasons = new Set(
    declined.map(({ rules, because, part, reason }) => {
      const what = part === "" || reason === "not cheaper" ? "" : ` (${oneLine(part)})`;
      return `  ${rules.length === 0 ? "" : `${rules.join(" + ")}: `}${oneLine(because)}${what}`;
    }),
  );
  const shown = [...reasons].slice(0, MOST_DECLINED);
  const more = reasons.size - shown.length;
  return [...lines, ...shown, ...(more > 0 ? [`  and ${more} more; --json has all`] : [])];
}

function linesOfRewrite({ proposal, differential, timed }: ProvenRewrite): readonly string[] {
  const { steps, costBefore, costAfter } = proposal;
  return [
    ...steps.map(({ rule, note }) => `${rule}: ${note}`),
    ...steps.flatMap(({ caveat }) => (caveat === undefined ? [] : [`  beware: ${caveat}`])),
    `cost ${costBefore.toFixed(0)} → ${costAfter.toFixed(0)} (estimated)`,
    ...(differential?.outcome === "equal"
      ? [
          `equal on ${counted(differential.databases, "small database")}, ${differential.withRows} of them with rows in the result (measured)`,
        ]
      : []),
    ...(timed?.outcome === "timed"
      ? [
          `${timed.isAtLeast ? "at least " : ""}${formatSpeedup(timed.speedup)} faster, ${timed.results === null ? "results not compared, since the original did not end in time" : "same results"} (measured)`,
        ]
      : []),
  ];
}

/** The statement is written out; what sends it must change too. */
function linesOfAdvice({ kind, text, callerMust }: CallerAdvice): readonly string[] {
  return [`${kind}: ${oneLine(callerMust)}:`, `  ${oneLine(text)}`];
}

function linesOfWithheld({ proposal, differential, timed }: ProvenRewrite): readonly string[] {
  const name = proposal.steps.map(({ rule }) => rule).join(" + ");
  if (differential?.outcome === "different") {
    const { counterExample } = differential;
    return [
      `withheld: ${name}: ${counterExample.happened} on`,
      ...counterExample.tables.map(
        ({ table, rows }) =>
          `  ${table}: ${rows.map((row) => `(${row.map((field) => field ?? "null").join(", ")})`).join(" ") || "no rows"}`,
      ),
    ];
  }
  if (differential?.outcome === "not run")
    return [`withheld: ${name}: not compared: ${differential.because}`];
  if (timed?.outcome === "not run") return [`withheld: ${name}: not timed: ${timed.because}`];
  if (timed?.outcome === "timed") {
    return [`declined: ${name}: ${timed.verdict}, ${formatSpeedup(timed.speedup)} (measured)`];
  }
  return [];
}
