import type { ResourcesView } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefWith } from "../../app/address.ts";
import { useShell } from "../../app/shell-context.tsx";
import { FigureText } from "../../components/figure.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { shownFigures } from "./shown-figures.ts";

type Instance = ResourcesView["instances"][number];

/** Every watched process with its figures, one a row. */
export function InstanceTable({
  instances,
}: {
  instances: readonly Instance[];
}): JSX.Element | null {
  const { address } = useShell();
  if (instances.length === 0) return null;
  const shown = shownFigures(instances);
  const columns: readonly Column<Instance>[] = [
    {
      key: "instance",
      title: "Process",
      width: "wide",
      cell: ({ service, instance }) => (
        <a href={hrefWith(address, { instance })}>
          {service} · {instance}
        </a>
      ),
    },
    ...shown.map(
      ({ id, title }, index): Column<Instance> => ({
        key: id,
        title,
        align: "end",
        priority: index < 2 ? 1 : index < 4 ? 2 : 3,
        cell: ({ figures: own }) => {
          const found = own.find((figure) => figure.id === id);
          return found === undefined ? "–" : <FigureText figure={found.figure} />;
        },
      }),
    ),
  ];
  return (
    <Table
      caption="Watched processes"
      columns={columns}
      rows={instances}
      rowKey={({ service, instance }) => `${service} ${instance}`}
      empty={null}
    />
  );
}
