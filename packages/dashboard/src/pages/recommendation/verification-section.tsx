import type { ProofView } from "@streamgate/contract";
import type { JSX } from "preact";
import { CodeLine } from "../../components/code-block.tsx";
import { Amount, FigureText } from "../../components/figure.tsx";
import { VerdictMark } from "../../components/marks.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";

type Verification = NonNullable<ProofView["verification"]>;
type VerifiedStatement = Verification["statements"][number];

const COLUMNS: readonly Column<VerifiedStatement>[] = [
  { key: "text", title: "Statement", width: "wide", cell: ({ text }) => <CodeLine code={text} /> },
  { key: "role", title: "Role", priority: 2, cell: ({ role }) => role },
  {
    key: "calls",
    title: "Calls after",
    align: "end",
    priority: 3,
    cell: ({ callsAfter }) => <Amount value={callsAfter} unit="count" />,
  },
  {
    key: "before",
    title: "Mean before",
    align: "end",
    cell: ({ meanBeforeMs }) => <Amount value={meanBeforeMs} unit="ms" />,
  },
  {
    key: "after",
    title: "Mean after",
    align: "end",
    cell: ({ meanAfterMs }) => <Amount value={meanAfterMs} unit="ms" />,
  },
  {
    key: "speedup",
    title: "Faster by",
    align: "end",
    help: "against the statements that the fix does not touch",
    cell: ({ speedup: { point, low, high } }) => (
      <span title={`${low.toFixed(2)} to ${high.toFixed(2)}`}>{point.toFixed(2)} ×</span>
    ),
  },
];

/** What production showed after the apply, against what was not touched. */
export function VerificationSection({
  verification,
  control,
}: {
  verification: Verification;
  control: ProofView["control"];
}): JSX.Element {
  const { verdict, explanation, before, after, targetMsPerHour, statements } = verification;
  return (
    <section aria-labelledby="verification">
      <h2 id="verification">What production showed</h2>
      <p>
        <VerdictMark verdict={verdict} /> {explanation}
      </p>
      <p>
        The statements that it is meant for took{" "}
        <FigureText figure={{ value: targetMsPerHour.before, unit: "ms", rung: "verified" }} /> of
        each hour before, and{" "}
        <FigureText figure={{ value: targetMsPerHour.after, unit: "ms", rung: "verified" }} />{" "}
        after.
      </p>
      <Table
        caption="statements in production"
        columns={COLUMNS}
        rows={statements}
        rowKey={({ fingerprint, role }) => `${fingerprint} ${role}`}
        empty={null}
      />
      <p class="muted small">
        {before.windows} windows from <TimeText at={before.from} form="clock" /> to{" "}
        <TimeText at={before.to} form="clock" />, {after.windows} from{" "}
        <TimeText at={after.from} form="clock" /> to <TimeText at={after.to} form="clock" />
        {control === null ? null : (
          <>
            ; the control, {control.statements} untouched statements, moved by{" "}
            <FigureText figure={control.drift} hidesRung />
          </>
        )}
        .
      </p>
    </section>
  );
}
