import type {
  IndexChange,
  IndexChangeList,
  IndexEffect,
  IndexEffectStatement,
} from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../../app/address.ts";
import { useShell } from "../../app/shell-context.tsx";
import { FigureText } from "../../components/figure.tsx";
import { RungBadge } from "../../components/rung-badge.tsx";
import { StatementLink } from "../../components/statement-link.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { Fact } from "./case-list.tsx";
import { IndexMarks } from "./index-table.tsx";
import { UsageLine } from "./usage-line.tsx";

/** What happened to indexes, the latest first, each with what came of it. */
export function ChangeList({ list: { items, total } }: { list: IndexChangeList }): JSX.Element {
  if (items.length === 0)
    return (
      <Empty title="No index has changed since StreamGate watches">
        <p>
          One that is made or dropped, by StreamGate or by hand, is judged here by what follows.
        </p>
      </Empty>
    );
  return (
    <>
      <ol class="cases">
        {items.map((change) => (
          <Change key={change.id} change={change} />
        ))}
      </ol>
      {total > items.length ? (
        <p class="muted">
          The latest {items.length} of {total} are shown; search for a table or an index to see
          others.
        </p>
      ) : null}
    </>
  );
}

function Change({ change }: { change: IndexChange }): JSX.Element {
  const { name, table, database, definition, previous, event, at, effect, index } = change;
  return (
    <li class="case">
      <h2 class="case-title">
        {name} {index === null ? null : <IndexMarks index={index} />}{" "}
        <span class="muted small">
          on {table} · {database}
        </span>
      </h2>
      <p>
        {event} <TimeText at={at} />
        <Author change={change} />
      </p>
      {effect === null ? null : <Verdict effect={effect} />}
      <p class="case-figures">
        <Fact label="size" figure={change.size} />
        <Fact label="before" figure={change.sizeBefore} />
        {effect === null ? null : <EffectFacts effect={effect} />}
        {index === null ? null : (
          <span>
            <span class="muted">use</span> <UsageLine usage={index.usage} />
          </span>
        )}
      </p>
      {effect === null || effect.caveats.length === 0 ? null : (
        <ul class="caveats">
          {effect.caveats.map((caveat) => (
            <li key={caveat}>{caveat}</li>
          ))}
        </ul>
      )}
      <p class="small definition">
        <code>{definition}</code>
        {previous === null ? null : (
          <>
            {" "}
            <span class="muted">was</span> <code>{previous}</code>
          </>
        )}
      </p>
      {effect === null || effect.statements.length === 0 ? null : (
        <Statements statements={effect.statements} database={database} />
      )}
    </li>
  );
}

function Author({ change: { act } }: { change: IndexChange }): JSX.Element {
  const { address } = useShell();
  if (act === null) return <span class="muted"> · not by StreamGate</span>;
  const { recommendation, target, direction, reason } = act;
  const href = hrefTo(`/recommendations/${encodeURIComponent(recommendation)}`, address, {
    target,
  });
  return (
    <>
      {" · "}
      <a href={href}>{direction === "apply" ? "applied" : "taken back"} by StreamGate</a>
      <span class="muted"> · {reason}</span>
    </>
  );
}

const SIGNS: Readonly<Record<IndexEffect["verdict"], string>> = {
  effective: "✓",
  "no change": "=",
  harmful: "✗",
  "not used": "○",
  invalid: "✗",
  "too early": "…",
  "cannot tell": "?",
};
const BAD: ReadonlySet<IndexEffect["verdict"]> = new Set(["harmful", "invalid", "not used"]);

/** The verdict by a sign and a word, how it was earned, and why. */
function Verdict({ effect: { verdict, rung, explanation } }: { effect: IndexEffect }): JSX.Element {
  return (
    <p>
      <strong class={BAD.has(verdict) ? "tag is-bad" : "tag"}>
        <span aria-hidden="true">{SIGNS[verdict]}</span> {verdict}
      </strong>{" "}
      <RungBadge rung={rung} /> {explanation}
    </p>
  );
}

function EffectFacts({ effect }: { effect: IndexEffect }): JSX.Element {
  const { before, after } = effect;
  return (
    <>
      <Fact label="time an hour before" figure={effect.timeBefore} />
      <Fact label="after" figure={effect.timeAfter} />
      <Fact label="scans" figure={effect.scansPerHour} />
      <Fact label="writers take" figure={effect.writers} />
      <Fact label="upkeep an hour" figure={effect.upkeep} />
      {before === null || after === null ? null : (
        <span class="muted">
          {before.windows} windows before, {after.windows} after
        </span>
      )}
    </>
  );
}

const ROLES: Readonly<Record<IndexEffectStatement["role"], string>> = {
  target: "searches by it",
  reader: "reads the table",
  writer: "writes the table",
};

function Statements({
  statements,
  database,
}: {
  statements: readonly IndexEffectStatement[];
  database: string;
}): JSX.Element {
  const columns: readonly Column<IndexEffectStatement>[] = [
    {
      key: "statement",
      title: "Statement",
      width: "wide",
      cell: ({ fingerprint, text }) => (
        <StatementLink fingerprint={fingerprint} text={text} database={database} />
      ),
    },
    { key: "role", title: "Role", priority: 3, cell: ({ role }) => ROLES[role] },
    {
      key: "before",
      title: "A call before",
      align: "end",
      cell: ({ meanBefore }) => <FigureText figure={meanBefore} />,
    },
    {
      key: "after",
      title: "After",
      align: "end",
      cell: ({ meanAfter }) => <FigureText figure={meanAfter} />,
    },
    {
      key: "speedup",
      title: "Faster",
      align: "end",
      help: "before ÷ after, what statements on other tables did meanwhile taken out",
      cell: ({ speedup }) => <FigureText figure={speedup} />,
    },
  ];
  return (
    <Table
      caption="Statements before and after"
      columns={columns}
      rows={statements}
      rowKey={({ fingerprint }) => fingerprint}
      empty={null}
    />
  );
}
