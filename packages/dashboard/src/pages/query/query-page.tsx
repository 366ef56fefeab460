import type { StatementPlan, StatementView } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefWith, pick, rangeOf } from "../../app/address.ts";
import type { Address, PageModule, ViewProps } from "../../app/page.ts";
import { ChartGrid } from "../../components/chart-grid.tsx";
import { CodeBlock } from "../../components/code-block.tsx";
import { FigureText } from "../../components/figure.tsx";
import { FigureGrid, type NamedFigure } from "../../components/figure-grid.tsx";
import { RecommendationList } from "../../components/recommendation-list.tsx";
import { Section } from "../../components/section.tsx";
import { Empty } from "../../components/states.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { sqlLines } from "../../format/sql-lines.ts";
import { Callers } from "./callers.tsx";
import { PlanTree } from "./plan-tree.tsx";
import "../../components/tabs.css";
import "./query.css";

export const page: PageModule<StatementView> = {
  topics: ["recommendations"],
  load: ({ api, address }) =>
    api.call("getQuery", {
      parameters: { fingerprint: address.parameters.fingerprint ?? "" },
      query: { ...rangeOf(address), ...pick(address, ["database"]) },
    }),
  title: ({ statement: { text, database } }) => `${firstWords(text)} · ${database}`,
  parent: () => ({ label: "Queries", path: "/queries" }),
  View: Query,
};

/** Enough of a statement to know it by. */
function firstWords(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function Query({ data, address }: ViewProps<StatementView>): JSX.Element {
  const { statement, charts, markers, plans, callers, recommendations } = data;
  return (
    <div class="stack">
      <div>
        <CodeBlock code={sqlLines(statement.text)} language="sql" label="statement" />
        <p class="muted small">
          Database {statement.database} · fingerprint <code>{statement.fingerprint}</code> ·
          literals are taken out
        </p>
      </div>
      <FigureGrid figures={figuresOf(data)} />
      {recommendations.length === 0 ? null : (
        <Section title="What to do">
          <RecommendationList items={recommendations} />
        </Section>
      )}
      <Section title="Over time">
        <ChartGrid charts={charts} markers={markers} />
      </Section>
      <Section title="Callers" id="callers">
        <Callers callers={callers} />
      </Section>
      <Section title="Plans" id="plans">
        <Plans plans={plans} address={address} />
      </Section>
    </div>
  );
}

/** The statement's own figures, then what else the database says of it. */
function figuresOf({ statement, figures }: StatementView): readonly NamedFigure[] {
  const own: readonly NamedFigure[] = [
    { id: "share", title: "Share of all time", figure: statement.shareOfTime },
    { id: "total", title: "Total", figure: statement.total },
    { id: "calls", title: "Calls", figure: statement.calls },
    { id: "mean", title: "Mean", figure: statement.mean },
    { id: "spread", title: "Spread", figure: statement.spread },
    { id: "rows", title: "Rows a call", figure: statement.rowsPerCall },
    { id: "hits", title: "From memory", figure: statement.hitRatio },
  ];
  return [...own, ...figures.filter(({ id }) => !own.some((figure) => figure.id === id))];
}

function Plans({
  plans,
  address,
}: {
  plans: readonly StatementPlan[];
  address: Address;
}): JSX.Element {
  const open = plans.find(({ id }) => id === address.search.get("plan")) ?? plans[0];
  if (open === undefined)
    return (
      <Empty title="No plan has been seen yet">
        <p>
          StreamGate asks the database every minute how it plans the statements that take most of
          its time, and keeps the plans of a proof's runs in the lab.
        </p>
      </Empty>
    );
  return (
    <>
      {plans.length === 1 ? null : (
        <nav class="tabs" aria-label="plans of this statement">
          {plans.map((plan) => (
            <a
              key={plan.id}
              href={`${hrefWith(address, { plan: plan.id })}#plans`}
              aria-current={plan.id === open.id ? "page" : undefined}
            >
              {plan.root.operation} ({plan.source}, <TimeText at={plan.lastSeenAt} />)
            </a>
          ))}
        </nav>
      )}
      <p class="muted">
        From the {open.source}: {SOURCES[open.source] ?? "as it was seen"}. Cost{" "}
        <FigureText figure={open.cost} />, first seen <TimeText at={open.firstSeenAt} />, last{" "}
        <TimeText at={open.lastSeenAt} />.
      </p>
      <Sentences title="What is wrong with it" sentences={open.problems} />
      <Sentences title="Since the plan before it" sentences={open.changes} />
      <PlanTree plan={open} />
    </>
  );
}

function Sentences({
  title,
  sentences,
}: {
  title: string;
  sentences: readonly string[];
}): JSX.Element | null {
  return sentences.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}

const SOURCES: Readonly<Record<string, string>> = {
  twin: "what the planner would do with this schema and these statistics; it did not run",
  database: "what the watched database itself would do; it did not run",
  lab: "it really ran there",
  "lab, with the fix": "it really ran there, with what is advised",
};
