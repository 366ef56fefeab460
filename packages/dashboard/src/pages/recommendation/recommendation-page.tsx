import type { RecommendationView } from "@streamgate/contract";
import { Fragment, type JSX } from "preact";
import { pick } from "../../app/address.ts";
import type { PageModule, ViewProps } from "../../app/page.ts";
import { CodeLine } from "../../components/code-block.tsx";
import { Amount, FigureText } from "../../components/figure.tsx";
import { JobLine } from "../../components/job-line.tsx";
import { SeverityMark, StateMark } from "../../components/marks.tsx";
import { RungBadge } from "../../components/rung-badge.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { RecommendationActs } from "./acts.tsx";
import { FixSection } from "./fix-section.tsx";
import { ProofSection } from "./proof-section.tsx";
import { ReplacementSection } from "./replacement-section.tsx";
import { VerificationSection } from "./verification-section.tsx";
import "./recommendation.css";

export const page: PageModule<RecommendationView> = {
  topics: ["recommendations", "jobs"],
  hasRange: false,
  load: ({ api, address }) =>
    api.call("getRecommendation", {
      parameters: { id: address.parameters.id ?? "" },
      query: pick(address, ["target"]),
    }),
  title: ({ recommendation }) => recommendation.summary,
  parent: () => ({ label: "Recommendations", path: "/recommendations" }),
  View: Recommendation,
};

function Recommendation({ data }: ViewProps<RecommendationView>): JSX.Element {
  const { recommendation, finding, proof, jobs, applications } = data;
  const current = jobs.find(({ state }) => state === "running" || state === "waiting");
  return (
    <div class="stack">
      <section class="row is-apart" aria-label="where it stands">
        <p class="row">
          <StateMark state={recommendation.state} />
          <SeverityMark severity={recommendation.severity} />
          <span>{recommendation.kind}</span>
          <span>
            on <code>{recommendation.subject}</code> in {recommendation.target}
          </span>
          <span class="muted">
            since <TimeText at={recommendation.stateSince} form="clock" />
          </span>
        </p>
        <RecommendationActs view={data} />
      </section>
      {current === undefined ? null : <JobLine job={current} />}
      <section aria-labelledby="saves">
        <h2 id="saves">What it saves</h2>
        <p class="figure-large">
          <FigureText figure={recommendation.saved} hidesRung /> <span class="unit">an hour</span>
        </p>
        <p>
          <RungBadge rung={recommendation.saved.rung} />
        </p>
        {data.trackRecord === null ? null : <Track record={data.trackRecord} />}
        {finding.remedy === undefined || finding.replacement !== undefined ? null : (
          <p>{finding.remedy}</p>
        )}
      </section>
      {finding.statements.length === 0 ? null : <Statements view={data} />}
      {finding.replacement === undefined ? null : (
        <ReplacementSection replacement={finding.replacement} />
      )}
      {finding.fix === undefined ? null : <FixSection fix={finding.fix} />}
      {proof === null || proof.proof === null ? null : <ProofSection view={proof} />}
      {proof?.verification ? (
        <VerificationSection verification={proof.verification} control={proof.control} />
      ) : null}
      <Evidence view={data} />
      {applications.length === 0 ? null : <History view={data} />}
    </div>
  );
}

/** How far such a prediction may be trusted. */
function Track({
  record: { judged, withinBand, medianRatio, own },
}: {
  record: NonNullable<RecommendationView["trackRecord"]>;
}): JSX.Element {
  return (
    <p class="muted small">
      {own === null ? "" : `Predicted ${timesOf(own)} what came. `}
      Of {judged} {judged === 1 ? "prediction" : "predictions"} judged on this database {withinBand}{" "}
      came within 0.8 to 1.25 times what was measured; the median is {timesOf(medianRatio)}.
    </p>
  );
}

function timesOf(ratio: number): string {
  return `${ratio.toFixed(2)} times`;
}

type AffectedStatement = RecommendationView["finding"]["statements"][number];

const STATEMENT_COLUMNS: readonly Column<AffectedStatement>[] = [
  {
    key: "text",
    title: "Statement",
    width: "wide",
    cell: ({ fingerprint, text }) => (
      <a href={`/queries/${encodeURIComponent(fingerprint)}`}>
        <CodeLine code={text} />
      </a>
    ),
  },
  {
    key: "calls",
    title: "Calls",
    align: "end",
    priority: 2,
    cell: ({ calls }) => <Amount value={calls} unit="count" />,
  },
  {
    key: "share",
    title: "Of all time",
    align: "end",
    priority: 2,
    cell: ({ shareOfTime }) => <Amount value={shareOfTime} unit="ratio" />,
  },
  {
    key: "mean",
    title: "Mean now",
    align: "end",
    cell: ({ meanMs }) => <Amount value={meanMs} unit="ms" />,
  },
  {
    key: "expected",
    title: "Mean expected",
    align: "end",
    help: "estimated",
    cell: ({ expectedMeanMs }) => (
      <FigureText figure={{ value: expectedMeanMs, unit: "ms", rung: "estimated" }} />
    ),
  },
];

function Statements({ view: { finding } }: { view: RecommendationView }): JSX.Element {
  return (
    <section aria-labelledby="statements">
      <h2 id="statements">Statements that it touches</h2>
      <Table
        caption="statements that it touches"
        columns={STATEMENT_COLUMNS}
        rows={finding.statements}
        rowKey={({ fingerprint }) => fingerprint}
        empty={null}
      />
    </section>
  );
}

function Evidence({ view: { finding } }: { view: RecommendationView }): JSX.Element | null {
  if (finding.evidence.length === 0) return null;
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">Why it is thought so</h2>
      <dl class="pairs">
        {finding.evidence.map(({ name, value, unit, rung, source, at }) => (
          <Fragment key={`${name} ${source}`}>
            <dt>{name}</dt>
            <dd>
              <FigureText figure={{ value, unit, rung }} />{" "}
              <span class="muted small">
                {source}, <TimeText at={at} form="clock" />
              </span>
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function History({ view: { applications, jobs } }: { view: RecommendationView }): JSX.Element {
  const ended = jobs.filter(({ state }) => state !== "running" && state !== "waiting");
  return (
    <section aria-labelledby="history">
      <h2 id="history">What was done</h2>
      <ul class="plain timeline">
        {applications.map(({ direction, reason, startedAt, outcome }) => (
          <li key={`${direction} ${startedAt}`}>
            <TimeText at={startedAt} form="clock" />{" "}
            {direction === "apply" ? "applied" : "taken back"}
            {outcome === "done" ? "" : outcome === null ? " (under way)" : ` (${outcome})`}:{" "}
            {reason}
          </li>
        ))}
        {ended.map((job) => (
          <li key={job.id}>
            <JobLine job={job} />
          </li>
        ))}
      </ul>
    </section>
  );
}
