import type { Problem, ReplayView, RuleView } from "@streamgate/contract";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { problemOf } from "../../app/problem-of.ts";
import { useShell } from "../../app/shell-context.tsx";
import { fieldText } from "../../components/field-text.ts";
import { ProblemState } from "../../components/states.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatAge } from "../../format/instant.ts";

const STRETCHES = [
  { from: "-6h", label: "6 hours" },
  { from: "-24h", label: "a day" },
  { from: "-7d", label: "a week" },
] as const;

/** Tries the rules on the past: what they would have said, and how often. It tells nobody. */
export function Replay({ rules }: { rules: readonly RuleView[] }): JSX.Element {
  const { api } = useShell();
  const [outcome, setOutcome] = useState<ReplayView | Problem | "running" | undefined>(undefined);
  const replay = async (fields: FormData): Promise<void> => {
    setOutcome("running");
    const rule = fieldText(fields, "rule");
    try {
      const body = { from: fieldText(fields, "from"), ...(rule === "" ? {} : { rule }) };
      setOutcome(await api.call("replayRules", { body }));
    } catch (error) {
      setOutcome(problemOf(error));
    }
  };
  return (
    <>
      <form
        class="filters needs-script"
        onSubmit={(event) => {
          event.preventDefault();
          void replay(new FormData(event.currentTarget));
        }}
      >
        <label class="filter">
          Rule{" "}
          <select name="rule">
            <option value="">all of them</option>
            {rules.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="filter">
          Over the last{" "}
          <select name="from">
            {STRETCHES.map(({ from, label }) => (
              <option key={from} value={from}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button is-primary" disabled={outcome === "running"}>
          {outcome === "running" ? "Replaying…" : "Replay"}
        </button>
      </form>
      <noscript>
        <p>
          A replay needs JavaScript; without it use <code>streamgate alerts replay</code>.
        </p>
      </noscript>
      {outcome === undefined || outcome === "running" ? (
        <p class="muted" role="status">
          {outcome === "running"
            ? "The history is being read."
            : "What the rules in force would have said of the past. It tells nobody."}
        </p>
      ) : "status" in outcome ? (
        <ProblemState problem={outcome} />
      ) : (
        <Outcome view={outcome} />
      )}
    </>
  );
}

function Outcome({ view }: { view: ReplayView }): JSX.Element {
  const loud = view.rules.filter(({ alerts }) => alerts > 0);
  if (loud.length === 0) return <p role="status">Nothing would have fired.</p>;
  return (
    <ul class="plain" role="status">
      {loud.map(({ rule, alerts, firingMs, examples }) => (
        <li key={rule}>
          <details>
            <summary>
              <strong>{rule}</strong>: {alerts} alerts, firing for {formatAge(firingMs)} in all
            </summary>
            <ul>
              {examples.map(({ at, summary, lastedMs }) => (
                <li key={`${at} ${summary}`}>
                  <TimeText at={at} form="clock" /> {summary}
                  {lastedMs === null ? "" : `, for ${formatAge(lastedMs)}`}
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}
