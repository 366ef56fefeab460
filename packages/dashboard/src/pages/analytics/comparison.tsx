import type { ComparedFigure, Comparison } from "@streamgate/contract";
import type { JSX } from "preact";
import { FigureText } from "../../components/figure.tsx";
import { VerdictMark } from "../../components/marks.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";

const COLUMNS: readonly Column<ComparedFigure>[] = [
  { key: "title", title: "Figure", width: "wide", cell: ({ title }) => title },
  {
    key: "before",
    title: "Before",
    align: "end",
    cell: ({ before }) => <FigureText figure={before} />,
  },
  {
    key: "after",
    title: "After",
    align: "end",
    cell: ({ after }) => <FigureText figure={after} />,
  },
  {
    key: "ratio",
    title: "After ÷ before",
    align: "end",
    priority: 2,
    cell: ({ ratio }) => <Ratio figure={ratio} />,
  },
  { key: "verdict", title: "Verdict", cell: ({ verdict }) => <VerdictMark verdict={verdict} /> },
];

/** Two stretches of time side by side: by default this one and the one before it. */
export function ComparisonView({
  comparison: { range, figures, markers },
}: {
  comparison: Comparison;
}): JSX.Element {
  return (
    <>
      <p>
        <TimeText at={range.from} form="clock" /> to <TimeText at={range.to} form="clock" />
        {range.compared === null ? null : (
          <>
            , compared with <TimeText at={range.compared.from} form="clock" /> to{" "}
            <TimeText at={range.compared.to} form="clock" /> ({range.compared.why})
          </>
        )}
      </p>
      <Table
        caption="figures over both stretches of time"
        columns={COLUMNS}
        rows={figures}
        rowKey={({ id }) => id}
        empty={
          <Empty title="Nothing to compare">
            Nothing was recorded in one of the two stretches.
          </Empty>
        }
      />
      {markers.length === 0 ? null : (
        <section aria-labelledby="between">
          <h2 id="between">What happened in between</h2>
          <ul class="plain">
            {markers.map(({ at, kind, label, href }) => (
              <li key={`${at} ${label}`}>
                <TimeText at={at} form="clock" /> <span class="tag">{kind}</span>{" "}
                {href === "" ? label : <a href={href}>{label}</a>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Ratio({ figure: { value, low, high } }: { figure: ComparedFigure["ratio"] }): JSX.Element {
  if (value === null) return <span class="muted">–</span>;
  const interval =
    low === undefined || high === undefined ? "" : ` (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return (
    <>
      {value.toFixed(2)}
      <span class="muted">{interval}</span>
    </>
  );
}
