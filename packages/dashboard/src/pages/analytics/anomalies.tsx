import type { Anomaly, AnomalyList } from "@streamgate/contract";
import type { JSX } from "preact";
import { FigureText } from "../../components/figure.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatQuantity } from "../../format/quantity.ts";
import { labelText } from "./label-text.ts";

const COLUMNS: readonly Column<Anomaly>[] = [
  {
    key: "name",
    title: "What",
    width: "wide",
    cell: ({ name, labels }) => (
      <>
        {name} <span class="muted">{labelText(labels)}</span>
      </>
    ),
  },
  { key: "at", title: "When", cell: ({ at }) => <TimeText at={at} /> },
  {
    key: "value",
    title: "Value",
    align: "end",
    cell: ({ value }) => <FigureText figure={value} />,
  },
  {
    key: "expected",
    title: "Expected",
    align: "end",
    priority: 2,
    cell: ({ expected, value: { unit } }) =>
      expected === null
        ? ""
        : `${formatQuantity(expected.low, unit)} to ${formatQuantity(expected.high, unit)}`,
  },
  {
    key: "surprise",
    title: "Surprise",
    align: "end",
    help: "how rare such a value is: one in a thousand is 3, one in a million 6",
    cell: ({ surprise }) => surprise.toFixed(1),
  },
];

/** What is unlike itself, the most surprising first. */
export function Anomalies({ list: { items } }: { list: AnomalyList }): JSX.Element {
  return (
    <Table
      caption="what is unlike itself"
      columns={COLUMNS}
      rows={items}
      rowKey={({ name, labels }) => `${name} ${labelText(labels)}`}
      empty={
        <Empty title="Nothing is unlike itself">
          Series are watched once enough of their past is known.
        </Empty>
      }
    />
  );
}
