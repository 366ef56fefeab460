import type { Finding } from "@streamgate/core";
import type { JSX } from "preact";
import { CodeBlock } from "../../components/code-block.tsx";

type Replacement = NonNullable<Finding["replacement"]>;

const ABOUT: Readonly<Record<Replacement["kind"], string>> = {
  rewriting: "It brings the same rows for the same parameters.",
  "keyset page": "It brings the page behind a key in place of the page behind an offset.",
  "fewer columns": "It brings the columns that anybody looked at.",
  "one for all": "It brings at once what was looked up one by one.",
  summary: "It reads rows that were counted before.",
};

/** What the code is to send: StreamGate tries it in a lab, and a person puts it in place. */
export function ReplacementSection({
  replacement: { kind, text, callerMust },
}: {
  replacement: Replacement;
}): JSX.Element {
  return (
    <section aria-labelledby="replacement">
      <h2 id="replacement">What to send in its place</h2>
      <p>{ABOUT[kind]}</p>
      <CodeBlock language="sql" code={text} label="statement to send in its place" />
      {callerMust === undefined ? null : <p>The code must do otherwise: {callerMust}</p>}
    </section>
  );
}
