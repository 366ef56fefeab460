import type { WhatIfResult } from "@streamgate/contract";
import type { JSX } from "preact";
import { useShell } from "../../app/shell-context.tsx";
import { FigureText } from "../../components/figure.tsx";
import { FigureGrid } from "../../components/figure-grid.tsx";
import { Section } from "../../components/section.tsx";
import { StatementLink } from "../../components/statement-link.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { formatChange, formatCount } from "../../format/quantity.ts";

type Statement = WhatIfResult["statements"][number];

/** What the twin said: the workload as a whole, each statement that would change, and how large the indexes would be. */
export function WhatIfAnswer({ result }: { result: WhatIfResult }): JSX.Element {
  const { address } = useShell();
  const { before, after, statements, indexes, leftOut } = result;
  return (
    <Section title="Answer">
      <div class="stack">
        <FigureGrid
          figures={[
            { id: "before", title: "Workload now", figure: before },
            {
              id: "after",
              title: "With these indexes",
              figure: { ...after, compared: before.value },
            },
          ]}
        />
        <ul class="imagined">
          {indexes.map(({ definition, size }) => (
            <li key={definition}>
              <code>{definition}</code>{" "}
              <span>
                would take <FigureText figure={size} />
              </span>
            </li>
          ))}
        </ul>
        <Table
          caption="Statements with and without the imagined indexes"
          columns={columnsFor(address.search.get("database"))}
          rows={statements}
          rowKey={({ fingerprint }) => fingerprint}
          empty={
            <Empty title="No statement would be planned differently">
              <p>Not one of the workload's statements would use these indexes.</p>
            </Empty>
          }
        />
        {leftOut.length === 0 ? null : (
          <div class="muted">
            <p>Not costed:</p>
            <ul>
              {leftOut.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Section>
  );
}

function columnsFor(database: string | null): readonly Column<Statement>[] {
  return [
    {
      key: "statement",
      title: "Statement",
      width: "wide",
      cell: ({ fingerprint, text }) => (
        <StatementLink
          fingerprint={fingerprint}
          text={text}
          {...(database === null ? {} : { database })}
        />
      ),
    },
    {
      key: "calls",
      title: "Calls",
      align: "end",
      priority: 2,
      cell: ({ calls }) => formatCount(calls),
    },
    {
      key: "before",
      title: "Now",
      align: "end",
      cell: ({ before }) => <FigureText figure={before} />,
    },
    {
      key: "after",
      title: "Then",
      align: "end",
      cell: ({ after }) => <FigureText figure={after} />,
    },
    {
      key: "change",
      title: "Change",
      align: "end",
      cell: ({ before, after }) => formatChange(after.value, before.value) ?? "–",
    },
    {
      key: "uses",
      title: "Uses",
      priority: 3,
      cell: ({ usesIndexes }) => usesIndexes.join(", "),
    },
  ];
}
