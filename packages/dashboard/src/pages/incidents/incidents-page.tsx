import type { IncidentPage, IncidentSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo, pick } from "../../app/address.ts";
import type { PageModule, ViewProps } from "../../app/page.ts";
import { useShell } from "../../app/shell-context.tsx";
import { Choice } from "../../components/filters.tsx";
import { IncidentMark, SeverityMark } from "../../components/marks.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatAge } from "../../format/instant.ts";

const STATUSES = [
  { value: "unresolved", label: "not resolved" },
  { value: "open", label: "open" },
  { value: "acknowledged", label: "acknowledged" },
  { value: "resolved", label: "resolved" },
] as const;
const PAGE_ROWS = 100;

export const page: PageModule<IncidentPage> = {
  topics: ["incidents", "alerts"],
  hasRange: false,
  load: ({ api, address }) => {
    const status = STATUSES.find(({ value }) => value === address.search.get("status"))?.value;
    return api.call("listIncidents", {
      query: {
        limit: PAGE_ROWS,
        ...pick(address, ["service", "after"]),
        ...(status === undefined ? {} : { status }),
      },
    });
  },
  title: () => "Incidents",
  View: Incidents,
};

function Incidents({ data, address }: ViewProps<IncidentPage>): JSX.Element {
  const columns: readonly Column<IncidentSummary>[] = [
    { key: "status", title: "Status", cell: ({ status }) => <IncidentMark status={status} /> },
    {
      key: "severity",
      title: "Severity",
      priority: 2,
      cell: ({ severity }) => <SeverityMark severity={severity} />,
    },
    {
      key: "title",
      title: "What",
      width: "wide",
      cell: ({ id, title }) => (
        <a href={hrefTo(`/incidents/${encodeURIComponent(id)}`, address)}>{title}</a>
      ),
    },
    { key: "service", title: "Service", priority: 2, cell: ({ service }) => service },
    { key: "started", title: "Began", cell: ({ startedAt }) => <TimeText at={startedAt} /> },
    {
      key: "lasted",
      title: "Lasted",
      align: "end",
      priority: 2,
      cell: (incident) => <Lasted incident={incident} />,
    },
    {
      key: "by",
      title: "Taken by",
      priority: 3,
      cell: ({ acknowledgedBy }) => acknowledgedBy ?? "",
    },
  ];
  return (
    <>
      <div class="filters">
        <Choice name="status" label="Status" options={STATUSES} none="any status" />
      </div>
      <Table
        caption="incidents, the latest first"
        columns={columns}
        rows={data.items}
        rowKey={({ id }) => id}
        next={data.next}
        empty={
          <Empty title="No incidents">
            An incident begins when an alert fires; alerts of one service that begin close together
            are one.
          </Empty>
        }
      />
    </>
  );
}

function Lasted({
  incident: { startedAt, resolvedAt },
}: {
  incident: IncidentSummary;
}): JSX.Element {
  const { nowMs } = useShell();
  const endMs = resolvedAt === null ? nowMs : Date.parse(resolvedAt);
  return <>{formatAge(Math.max(0, endMs - Date.parse(startedAt)))}</>;
}
