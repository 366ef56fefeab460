import type { Finding } from "@streamgate/core";
import type { JSX } from "preact";
import { CodeBlock } from "../../components/code-block.tsx";
import { FigureText } from "../../components/figure.tsx";

type Fix = NonNullable<Finding["fix"]>;

/** What would be done, what it costs while it is done, and how it is undone. */
export function FixSection({ fix }: { fix: Fix }): JSX.Element {
  const applied = fix.steps.map((step) =>
    step.kind === "sql" ? step.apply : `set ${step.name} = ${step.value}`,
  );
  const reverted = [...fix.steps]
    .reverse()
    .map((step) =>
      step.kind === "sql" ? step.revert : `set ${step.name} = ${step.previousValue}`,
    );
  const locks = [...new Set(fix.steps.map((step) => (step.kind === "sql" ? step.lock : "none")))];
  return (
    <section aria-labelledby="fix">
      <h2 id="fix">The fix</h2>
      <p>{fix.summary}</p>
      <CodeBlock
        language="sql"
        code={applied.map(withSemicolon).join("\n")}
        label="SQL of the fix"
      />
      <dl class="pairs">
        <dt>Risk</dt>
        <dd>
          {fix.risk}: {fix.riskReason}
        </dd>
        <dt>Lock while it works</dt>
        <dd>{locks.join(", ")}</dd>
        <dt>Takes about</dt>
        <dd>
          <FigureText figure={{ value: fix.expectedDurationMs, unit: "ms", rung: "estimated" }} />
        </dd>
        <dt>Disk space</dt>
        <dd>
          <FigureText figure={{ value: fix.expectedSizeBytes, unit: "bytes", rung: "estimated" }} />
        </dd>
      </dl>
      <details>
        <summary>How it is undone</summary>
        <CodeBlock
          language="sql"
          code={reverted.map(withSemicolon).join("\n")}
          label="SQL that takes it back"
        />
      </details>
    </section>
  );
}

function withSemicolon(sql: string): string {
  return sql.trimEnd().endsWith(";") ? sql : `${sql};`;
}
