import type { Alert } from "@streamgate/contract";
import type { ComponentChildren, JSX } from "preact";
import { AlertMark, SeverityMark } from "./marks.tsx";
import { type Column, Table } from "./table.tsx";
import { TimeText } from "./time-text.tsx";

interface AlertTableProps {
  readonly caption: string;
  readonly rows: readonly Alert[];
  readonly empty: ComponentChildren;
  /** What can be done with each, in a last column. */
  readonly acts?: (alert: Alert) => ComponentChildren;
}

/** Alerts, one a row: what is wrong, since when, and where it says what to do. */
export function AlertTable({ caption, rows, empty, acts }: AlertTableProps): JSX.Element {
  const columns: readonly Column<Alert>[] = [
    {
      key: "state",
      title: "State",
      cell: ({ state, isSilenced }) => (
        <>
          <AlertMark state={state} />
          {isSilenced ? <span class="tag">silenced</span> : null}
        </>
      ),
    },
    {
      key: "severity",
      title: "Severity",
      priority: 2,
      cell: ({ severity }) => <SeverityMark severity={severity} />,
    },
    {
      key: "summary",
      title: "What",
      width: "wide",
      cell: ({ summary, description }) => <span title={description}>{summary}</span>,
    },
    { key: "rule", title: "Rule", priority: 3, cell: ({ rule }) => rule },
    { key: "since", title: "Since", cell: ({ startedAt }) => <TimeText at={startedAt} /> },
    {
      key: "runbook",
      title: "Runbook",
      priority: 2,
      cell: ({ runbook }) => <RunbookLink runbook={runbook} />,
    },
    ...(acts === undefined ? [] : [{ key: "acts", title: "Acts", cell: acts }]),
  ];
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={({ id, startedAt }) => `${id} ${startedAt}`}
      empty={empty}
    />
  );
}

/** Runbooks that ship are served beside the dashboard. */
function RunbookLink({ runbook }: { runbook: string }): JSX.Element | null {
  const shipped = /^docs\/runbooks\/([\w-]+)\.md$/.exec(runbook)?.[1];
  if (shipped !== undefined)
    return (
      <a href={`/runbooks/${shipped}.md`} data-native>
        runbook
      </a>
    );
  if (/^https?:\/\//.test(runbook))
    return (
      <a href={runbook} rel="noreferrer" data-native>
        runbook
      </a>
    );
  return null;
}
