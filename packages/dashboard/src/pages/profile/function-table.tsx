import type { FlameNode, ProfileView } from "@streamgate/contract";
import type { JSX } from "preact";
import { ShareBar } from "../../components/share-bar.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { flameAmount } from "./flame-amount.ts";
import { type FunctionTotal, functionTotals } from "./function-totals.ts";

interface FunctionTableProps {
  readonly root: FlameNode;
  readonly unit: ProfileView["unit"];
  readonly search: string;
}

/** The profile as a list of functions, for reading and searching: what the flame graph shows as widths. */
export function FunctionTable({ root, unit, search }: FunctionTableProps): JSX.Element {
  const wanted = search.trim().toLowerCase();
  const rows = functionTotals(root).filter(
    ({ name, place }) =>
      wanted === "" || name.toLowerCase().includes(wanted) || place.toLowerCase().includes(wanted),
  );
  const share = (value: number): JSX.Element => (
    <ShareBar
      share={{
        value: root.total > 0 ? value / root.total : null,
        unit: "ratio",
        rung: "measured",
      }}
    />
  );
  const columns: readonly Column<FunctionTotal>[] = [
    {
      key: "function",
      title: "Function",
      width: "wide",
      cell: ({ name, place }) => (
        <span title={`${name} ${place}`}>
          {name} <code class="muted">{place}</code>
        </span>
      ),
    },
    {
      key: "self",
      title: "Itself",
      align: "end",
      help: "without what it called",
      cell: ({ self }) => flameAmount(self, unit),
    },
    { key: "self-share", title: "Share", align: "end", cell: ({ self }) => share(self) },
    {
      key: "total",
      title: "With what it called",
      align: "end",
      priority: 2,
      cell: ({ total }) => flameAmount(total, unit),
    },
    {
      key: "total-share",
      title: "Share",
      align: "end",
      priority: 3,
      cell: ({ total }) => share(total),
    },
  ];
  return (
    <Table
      caption="Functions of the profile, those that took most themselves first"
      columns={columns}
      rows={rows}
      rowKey={({ name, place }) => `${name} ${place}`}
      empty={<Empty title="No function matches" />}
    />
  );
}
