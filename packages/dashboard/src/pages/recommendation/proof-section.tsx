import type { Figure, ProofView, ProvenStatement } from "@streamgate/contract";
import { Fragment, type JSX } from "preact";
import { CodeBlock } from "../../components/code-block.tsx";
import { FigureText } from "../../components/figure.tsx";
import { VerdictMark } from "../../components/marks.tsx";
import { RungBadge } from "../../components/rung-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { Distributions } from "./distributions.tsx";
import { PlanDiff } from "./plan-diff.tsx";
import { QuantileShift } from "./quantile-shift.tsx";

/** The same work before and after, in the lab: verdict, both distributions, the shift of the quantiles, plans, side effects. */
export function ProofSection({ view }: { view: ProofView }): JSX.Element {
  const { verdict, explanation, statements, proof, recommendation } = view;
  const affected = statements.filter(({ role }) => role === "affected");
  const bystanders = statements.filter(({ role }) => role === "bystander");
  const target = new URLSearchParams({ target: recommendation.target });
  return (
    <section aria-labelledby="proof">
      <div class="section-head">
        <h2 id="proof">The proof</h2>
        <a
          href={`/api/v1/recommendations/${encodeURIComponent(recommendation.id)}/proof.html?${target}`}
          download={`proof-${recommendation.id}.html`}
          data-native
        >
          Save as one HTML file
        </a>
      </div>
      <p>
        {verdict === null ? null : <VerdictMark verdict={verdict} />} {explanation}
      </p>
      {affected.map((statement) => (
        <Statement key={statement.fingerprint} statement={statement} />
      ))}
      <Ledger view={view} />
      <SideEffects view={view} bystanders={bystanders} />
      {proof === null ? null : (
        <p class="muted small">
          Ran <TimeText at={proof.startedAt} form="clock" /> in{" "}
          {proof.lab.kind === "copy" ? "a copy of the rows" : "the named lab"} (
          {proof.lab.serverVersion},{" "}
          {proof.lab.tables
            .map(({ table, rows, share }) => `${table}: ${rows} rows, ${Math.round(share * 100)} %`)
            .join("; ")}
          ), with the seed {proof.seed}.
        </p>
      )}
    </section>
  );
}

function Statement({ statement }: { statement: ProvenStatement }): JSX.Element {
  const { text, before, after, speedupOfMedian, speedupOfP95, results, plan, replacedBy } =
    statement;
  return (
    <article class="panel proof-statement">
      <CodeBlock language="sql" code={text} label="statement" />
      {replacedBy === undefined ? null : (
        <CodeBlock language="sql" code={replacedBy} label="what was sent in its place" />
      )}
      <div class="table-box">
        <table class="table">
          <caption class="sr">times of a call before and after</caption>
          <thead>
            <tr>
              <th scope="col" />
              <th scope="col" class="number">
                Before
              </th>
              <th scope="col" class="number">
                After
              </th>
              <th scope="col" class="number">
                Faster by
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Median</th>
              <td class="number">
                <FigureText figure={before.p50} />
              </td>
              <td class="number">
                <FigureText figure={after.p50} />
              </td>
              <td class="number">
                <Speedup figure={speedupOfMedian} />
              </td>
            </tr>
            <tr>
              <th scope="row">95th percentile</th>
              <td class="number">
                <FigureText figure={before.p95} />
              </td>
              <td class="number">
                <FigureText figure={after.p95} />
              </td>
              <td class="number">
                <Speedup figure={speedupOfP95} />
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      <div class="columns">
        <Distributions statement={statement} />
        <QuantileShift statement={statement} />
      </div>
      <p class="muted small">
        {before.runs} runs before, {after.runs} after, interleaved. Results: {results}.
      </p>
      {plan.length === 0 ? null : (
        <details>
          <summary>Plans side by side</summary>
          <PlanDiff rows={plan} />
        </details>
      )}
    </article>
  );
}

/** `12.3 × (11.0 to 13.9)`. */
function Speedup({
  figure: { value, low, high },
}: {
  figure: ProvenStatement["speedupOfMedian"];
}): JSX.Element {
  if (value === null) return <span class="muted">not known</span>;
  const interval =
    low === undefined || high === undefined ? "" : ` (${times(low)} to ${times(high)})`;
  return (
    <span>
      <strong>{times(value)} ×</strong>
      <span class="muted">{interval}</span>
    </span>
  );
}

function times(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function Ledger({ view: { ledger } }: { view: ProofView }): JSX.Element | null {
  if (ledger.length === 0) return null;
  return (
    <div class="table-box">
      <table class="table">
        <caption class="ledger">Predicted, measured, verified</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" class="number">
              Predicted
            </th>
            <th scope="col" class="number">
              Measured
            </th>
            <th scope="col" class="number">
              Verified
            </th>
          </tr>
        </thead>
        <tbody>
          {ledger.map(({ what, predicted, measured, verified }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td class="number">
                <FigureText figure={predicted} />
              </td>
              <td class="number">
                <FigureText figure={measured} />
              </td>
              <td class="number">
                <FigureText figure={verified} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SideEffects({
  view: { sideEffects, control, statements },
  bystanders,
}: {
  view: ProofView;
  bystanders: readonly ProvenStatement[];
}): JSX.Element | null {
  const isAskedOtherwise = statements.some(({ replacedBy }) => replacedBy !== undefined);
  if (isAskedOtherwise && sideEffects.length === 0 && bystanders.length === 0) return null;
  return (
    <>
      <h3>Side effects</h3>
      {sideEffects.length === 0 ? (
        <p class="muted">
          None was seen, in {bystanders.length} other statements on the same tables.
        </p>
      ) : (
        <dl class="pairs">
          {sideEffects.map(({ what, figure, isHarm }) => (
            <Fragment key={what}>
              <dt>{what}</dt>
              <dd>
                <Changed figure={figure} /> {isHarm ? <span class="tag is-bad">harm</span> : null}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
      {control === null ? null : (
        <p class="muted">
          Control: {control.statements} statements that the fix does not touch moved by{" "}
          <Changed figure={control.drift} /> by themselves.
        </p>
      )}
    </>
  );
}

/** A ratio as how many times as much, with its sign of how it was earned; every other figure as it is. */
function Changed({ figure }: { figure: Figure }): JSX.Element {
  if (figure.unit !== "ratio" || figure.value === null) return <FigureText figure={figure} />;
  return (
    <span>
      <Speedup figure={figure} /> <RungBadge rung={figure.rung} isShort />
    </span>
  );
}
