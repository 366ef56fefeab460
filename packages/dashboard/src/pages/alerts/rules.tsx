import type { RuleView } from "@streamgate/contract";
import type { JSX } from "preact";
import { CodeBlock } from "../../components/code-block.tsx";
import { SeverityMark } from "../../components/marks.tsx";
import { Empty } from "../../components/states.tsx";

/** The rules in force, each with what it says. */
export function Rules({ rules }: { rules: readonly RuleView[] }): JSX.Element {
  if (rules.length === 0) return <Empty title="No rules">The configuration has none.</Empty>;
  return (
    <ul class="plain">
      {rules.map(({ name, kind, severity, summary, firing, pending, definition }) => (
        <li key={name}>
          <details>
            <summary>
              <strong>{name}</strong> <SeverityMark severity={severity} />{" "}
              <span class="muted">{kind}</span>{" "}
              {firing > 0 ? <span class="tag is-bad">{firing} firing</span> : null}
              {pending > 0 ? <span class="tag is-warning">{pending} pending</span> : null}
            </summary>
            {summary === "" ? null : <p>{summary}</p>}
            <CodeBlock
              language="json"
              code={JSON.stringify(definition, undefined, 2)}
              label={`definition of ${name}`}
            />
          </details>
        </li>
      ))}
    </ul>
  );
}
