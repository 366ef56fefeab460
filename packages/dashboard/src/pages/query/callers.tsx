import type { StatementCaller } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../../app/address.ts";
import { useShell } from "../../app/shell-context.tsx";
import { FigureText } from "../../components/figure.tsx";
import { ShareBar } from "../../components/share-bar.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";

/** How a caller is known, for a person. */
const SOURCES: Readonly<Record<StatementCaller["source"], string>> = {
  trace: "recorded requests",
  comment: "its comment",
  session: "the session's name",
};

/** Who calls a statement. */
export function Callers({ callers }: { callers: readonly StatementCaller[] }): JSX.Element {
  return (
    <Table
      caption="callers of this statement"
      columns={COLUMNS}
      rows={callers}
      rowKey={(caller) => JSON.stringify(Object.values(caller).slice(0, 4))}
      empty={
        <Empty title="Nobody has said to call it">
          <p>
            Let the application write comments in sqlcommenter's form, or set application_name; an
            agent in its process tells the routes.
          </p>
        </Empty>
      }
    />
  );
}

const COLUMNS: readonly Column<StatementCaller>[] = [
  {
    key: "caller",
    title: "Caller",
    width: "wide",
    cell: (caller) => <CallerName caller={caller} />,
  },
  {
    key: "share",
    title: "Share",
    align: "end",
    help: "of the time of all that are known in the same way",
    cell: ({ share }) => <ShareBar share={share} />,
  },
  {
    key: "calls",
    title: "Calls a request",
    align: "end",
    priority: 2,
    cell: ({ callsPerRequest }) => <FigureText figure={callsPerRequest} />,
  },
  {
    key: "source",
    title: "Known by",
    priority: 2,
    cell: ({ source }) => SOURCES[source],
  },
  {
    key: "last",
    title: "Last seen",
    priority: 3,
    cell: ({ lastSeenAt }) => <TimeText at={lastSeenAt} />,
  },
];

function CallerName({
  caller: { application, route, site, href },
}: {
  caller: StatementCaller;
}): JSX.Element {
  const { address } = useShell();
  const name = route ?? site ?? application ?? "unknown";
  const beside = [application, site].filter((word) => word !== null && word !== name);
  return (
    <span class="caller">
      {href === "" ? name : <a href={hrefTo(href, address)}>{name}</a>}
      {beside.length === 0 ? null : <span class="muted small"> {beside.join(" · ")}</span>}
    </span>
  );
}
