import type { IndexCase, IndexCaseList, IndexSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { CodeBlock } from "../../components/code-block.tsx";
import { FigureText } from "../../components/figure.tsx";
import { Section } from "../../components/section.tsx";
import { Empty } from "../../components/states.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatQuantity } from "../../format/quantity.ts";
import { IndexMarks } from "./index-table.tsx";
import { totalFreed } from "./total-freed.ts";
import { UsageLine } from "./usage-line.tsx";

type CaseTab = "unused" | "duplicate" | "fragmented";

const NOTHING: Readonly<Record<CaseTab, string>> = {
  unused: "Every index has been used since counting began",
  duplicate: "No index is made superfluous by another",
  fragmented: "No index is invalid or much larger than its content",
};

/** How many cases are shown at once: each is a piece of text, not a row. */
const MOST_SHOWN = 100;

/** Indexes that should perhaps not be as they are, each with its reason, what speaks against acting, and the SQL. */
export function CaseList({
  tab,
  list: { items, refused, total },
}: {
  tab: CaseTab;
  list: IndexCaseList;
}): JSX.Element {
  if (items.length === 0)
    return (
      <>
        <Empty title={NOTHING[tab]}>
          <p>Nothing is to be done here.</p>
        </Empty>
        <Refused refused={refused} />
      </>
    );
  const { bytes, unknown } = totalFreed(items);
  return (
    <>
      <p>
        {items.length} {items.length === 1 ? "index" : "indexes"}; mending{" "}
        {items.length === 1 ? "it" : "them"} would free{" "}
        <strong>{formatQuantity(bytes, "bytes")}</strong>
        {unknown === 0 ? "" : `, and what ${unknown} more would free is not known`}.
      </p>
      <ol class="cases">
        {items.slice(0, MOST_SHOWN).map((item) => (
          <Case key={item.index.id} item={item} />
        ))}
      </ol>
      {total > MOST_SHOWN ? (
        <p class="muted">
          The first {MOST_SHOWN} of {total} are shown; search for a table or an index to see others.
        </p>
      ) : null}
      <Refused refused={refused} />
    </>
  );
}

/** Indexes that look like a case and must stay, each with its reason. */
function Refused({ refused }: { refused: IndexCaseList["refused"] }): JSX.Element | null {
  if (refused.length === 0) return null;
  return (
    <Section title="Must stay all the same" id="refused">
      <ul class="caveats">
        {refused.map(({ index, reason, explanation }) => (
          <li key={`${index.id} ${reason}`}>
            <strong>{index.name}</strong> on {index.table}: {explanation}{" "}
            <span class="tag">{reason}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Case({ item }: { item: IndexCase }): JSX.Element {
  const { index, reason, caveats, refusal, freed, sql, other, watchedSince } = item;
  return (
    <li class="case">
      <h2 class="case-title">
        {index.name} <IndexMarks index={index} />{" "}
        <span class="muted small">
          on {index.table} · {index.database}
        </span>
      </h2>
      <p>{reason}</p>
      <p class="case-figures">
        <Fact label="frees" figure={freed} />
        <Fact label="size" figure={index.size} />
        <Fact label="scans" figure={index.scans} />
        <Fact label="cost a write" figure={index.writeCost} />
        <Fact label="a rebuild frees" figure={index.bloat} />
        <Fact label="writes an hour" figure={item.writesSaved} />
        <span>
          <span class="muted">use</span> <UsageLine usage={index.usage} />
        </span>
        {index.lastScanAt === null ? null : (
          <span>
            <span class="muted">last used</span> <TimeText at={index.lastScanAt} />
          </span>
        )}
        {watchedSince === null ? null : (
          <span>
            <span class="muted">watched since</span> <TimeText at={watchedSince} />
          </span>
        )}
      </p>
      {caveats.length === 0 ? null : (
        <ul class="caveats">
          {caveats.map((caveat) => (
            <li key={caveat}>{caveat}</li>
          ))}
        </ul>
      )}
      {other === null ? null : <Definition label="it" index={index} />}
      {other === null ? null : <Definition label="the other" index={other} />}
      {sql === "" ? (
        <p class="muted">
          Nothing is advised
          {refusal === null ? ", for the reasons above" : `: ${refusal.explanation}`}.
        </p>
      ) : (
        <CodeBlock code={sql} language="sql" label={`SQL that mends ${index.name}`} />
      )}
    </li>
  );
}

export function Fact({
  label,
  figure,
}: {
  label: string;
  figure: IndexCase["freed"];
}): JSX.Element | null {
  if (figure.value === null) return null;
  return (
    <span>
      <span class="muted">{label}</span> <FigureText figure={figure} />
    </span>
  );
}

function Definition({ label, index }: { label: string; index: IndexSummary }): JSX.Element {
  return (
    <p class="small definition">
      <span class="muted">{label}</span> <code>{index.definition}</code>
    </p>
  );
}
