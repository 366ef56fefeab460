import type { IndexPage, IndexSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo, hrefWith } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";
import { useShell } from "../../app/shell-context.tsx";
import { FigureText } from "../../components/figure.tsx";
import { MoreRows } from "../../components/more-rows.tsx";
import { ShareBar } from "../../components/share-bar.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { useFurtherRows } from "../../components/use-further-rows.ts";
import { indexesQuery } from "./indexes-query.ts";
import { UsageLine } from "./usage-line.tsx";

/** Rows that the page comes with, and rows that are asked for after them. */
export const FIRST_ROWS = 50;
const FURTHER_ROWS = 500;

/** Every index: how large, how much used, what it costs. */
export function IndexTable({ list, address }: { list: IndexPage; address: Address }): JSX.Element {
  const { api } = useShell();
  const further = useFurtherRows(list, address.search.toString(), keyOf, (after) =>
    api.call("listIndexes", { query: { ...indexesQuery(address, FURTHER_ROWS), after } }),
  );
  return (
    <>
      <Table
        caption="Indexes of the watched databases"
        columns={columnsFor(address)}
        rows={further.rows}
        rowKey={keyOf}
        defaultSort="size"
        empty={<NoIndexes address={address} />}
      />
      <MoreRows further={further} total={list.total} what="indexes" />
    </>
  );
}

function keyOf({ id }: IndexSummary): string {
  return id;
}

/** What makes an index special, in a word each. */
export function IndexMarks({ index }: { index: IndexSummary }): JSX.Element {
  return (
    <>
      {index.isPrimary ? <span class="tag">primary key</span> : null}
      {index.isUnique && !index.isPrimary ? <span class="tag">unique</span> : null}
      {index.isValid ? null : <span class="tag is-bad">invalid</span>}
    </>
  );
}

function columnsFor(address: Address): readonly Column<IndexSummary>[] {
  return [
    {
      key: "index",
      title: "Index",
      sort: "name",
      width: "wide",
      cell: (index) => (
        <span title={index.definition}>
          {index.name} <IndexMarks index={index} />
        </span>
      ),
    },
    {
      key: "table",
      title: "Table",
      priority: 2,
      cell: ({ table }) => <a href={hrefWith(address, { table, after: null })}>{table}</a>,
    },
    { key: "database", title: "Database", priority: 3, cell: ({ database }) => database },
    {
      key: "size",
      title: "Size",
      sort: "size",
      align: "end",
      cell: ({ size }) => <FigureText figure={size} />,
    },
    {
      key: "scans",
      title: "Scans",
      sort: "scans",
      align: "end",
      help: "how often it was used since counting began",
      cell: ({ scans }) => <FigureText figure={scans} />,
    },
    {
      key: "use",
      title: "Use",
      priority: 2,
      help: "scans by the hour over the last day, or by the day over the last month",
      cell: ({ usage }) => <UsageLine usage={usage} />,
    },
    {
      key: "last",
      title: "Last used",
      priority: 3,
      help: "from PostgreSQL 16 on",
      cell: ({ lastScanAt }) => (lastScanAt === null ? "–" : <TimeText at={lastScanAt} />),
    },
    {
      key: "write",
      title: "Cost a write",
      align: "end",
      priority: 2,
      help: "what keeping it up to date costs a written row",
      cell: ({ writeCost }) => <FigureText figure={writeCost} />,
    },
    {
      key: "bloat",
      title: "Free space",
      sort: "bloat",
      align: "end",
      priority: 2,
      help: "share of its bytes that a rebuild would free",
      cell: ({ bloat }) => <ShareBar share={bloat} />,
    },
  ];
}

function NoIndexes({ address }: { address: Address }): JSX.Element {
  if (address.search.has("search") || address.search.has("table"))
    return (
      <Empty title="No index matches">
        <p>
          <a href={hrefWith(address, { search: null, table: null, after: null })}>
            Show all indexes
          </a>
        </p>
      </Empty>
    );
  return (
    <Empty title="No index is known yet">
      <p>
        They are read with the watched database. Does{" "}
        <a href={hrefTo("/status", address)}>Status</a> say that it answers?
      </p>
    </Empty>
  );
}
