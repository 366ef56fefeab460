import type { RecommendationSummary } from "@streamgate/contract";
import type { ComponentChildren, JSX } from "preact";
import { hrefTo } from "../app/address.ts";
import { useShell } from "../app/shell-context.tsx";
import { FigureText } from "./figure.tsx";
import { SeverityMark, StateMark } from "./marks.tsx";
import { type Column, Table } from "./table.tsx";
import { TimeText } from "./time-text.tsx";

interface RecommendationTableProps {
  readonly caption: string;
  readonly rows: readonly RecommendationSummary[];
  readonly empty: ComponentChildren;
  readonly next?: string | null;
}

/** What is advised, one a row: what it saves, how sure that is, and how far it has come. */
export function RecommendationTable({
  caption,
  rows,
  empty,
  next,
}: RecommendationTableProps): JSX.Element {
  const { address } = useShell();
  const columns: readonly Column<RecommendationSummary>[] = [
    {
      key: "severity",
      title: "Severity",
      sort: "severity",
      cell: ({ severity }) => <SeverityMark severity={severity} />,
    },
    {
      key: "summary",
      title: "What to do",
      width: "wide",
      cell: ({ href, summary }) => <a href={hrefTo(href, address)}>{summary}</a>,
    },
    { key: "target", title: "Where", priority: 2, cell: ({ target }) => target },
    {
      key: "state",
      title: "State",
      sort: "state",
      cell: ({ state }) => <StateMark state={state} />,
    },
    {
      key: "since",
      title: "Since",
      sort: "age",
      priority: 3,
      cell: ({ stateSince }) => <TimeText at={stateSince} />,
    },
    {
      key: "saved",
      title: "Saves an hour",
      sort: "saved",
      align: "end",
      help: "database or processor time that it saves in each hour of this load, by the best evidence that there is",
      cell: ({ saved }) => <FigureText figure={saved} />,
    },
  ];
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={({ target, id }) => `${target} ${id}`}
      defaultSort="saved"
      empty={empty}
      next={next ?? null}
    />
  );
}
