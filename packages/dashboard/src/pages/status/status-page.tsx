import type { JobPage, SourceHealth, StatusView } from "@streamgate/contract";
import { Fragment, type JSX } from "preact";
import type { PageModule, ViewProps } from "../../app/page.ts";
import { Act } from "../../components/act.tsx";
import { FigureText } from "../../components/figure.tsx";
import { FigureGrid } from "../../components/figure-grid.tsx";
import { JobLine } from "../../components/job-line.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatAge } from "../../format/instant.ts";
import { StoreSection } from "./store-section.tsx";

interface StatusData {
  readonly status: StatusView;
  readonly jobs: JobPage;
}

export const page: PageModule<StatusData> = {
  topics: ["sources", "jobs", "configuration"],
  refreshMs: 5_000,
  hasRange: false,
  load: async ({ api }) => {
    const [status, jobs] = await Promise.all([
      api.call("getStatus", {}),
      api.call("listJobs", { query: { limit: 20 } }),
    ]);
    return { status, jobs };
  },
  title: () => "Status",
  View: Status,
};

function Status({ data: { status, jobs } }: ViewProps<StatusData>): JSX.Element {
  const { process, children, agents } = status;
  return (
    <div class="stack">
      <section aria-labelledby="costs">
        <div class="section-head">
          <h2 id="costs">What StreamGate itself costs</h2>
          <span class="muted small">
            {status.version}, {status.instance}, {status.isLeading ? "leads" : "stands by"}, runs
            since <TimeText at={status.startedAt} form="clock" />
          </span>
        </div>
        <FigureGrid
          figures={[
            { id: "cpu", title: "CPU", figure: process.cpu },
            { id: "memory", title: "Memory", figure: process.memory },
            { id: "loop", title: "Event loop delay, p99", figure: process.eventLoopDelayP99 },
            { id: "requests", title: "Requests of its API", figure: status.requests },
            {
              id: "viewers",
              title: "Viewers",
              figure: { value: status.viewers, unit: "count", rung: "measured" },
            },
          ]}
        />
        {children.length === 0 ? null : (
          <dl class="pairs">
            {children.map(({ name, pid, memory }) => (
              <Fragment key={pid}>
                <dt>{name}</dt>
                <dd>
                  <FigureText figure={memory} />
                </dd>
              </Fragment>
            ))}
          </dl>
        )}
        {agents.length === 0 ? null : (
          <dl class="pairs">
            {agents.map(({ instance, cpu }) => (
              <Fragment key={instance}>
                <dt>agent in {instance}</dt>
                <dd>
                  <FigureText figure={cpu} />
                </dd>
              </Fragment>
            ))}
          </dl>
        )}
      </section>
      <section aria-labelledby="sources">
        <div class="section-head">
          <h2 id="sources">What it reads</h2>
          <Act
            label="Read the configuration again"
            question="Read the configuration again?"
            run={async (api) => {
              const { outcome, detail } = await api.call("reloadConfiguration", {});
              return detail === "" ? outcome : `${outcome}: ${detail}`;
            }}
          >
            <p>What did not change goes on; a file that is wrong changes nothing.</p>
          </Act>
        </div>
        <Table
          caption="sources"
          columns={SOURCE_COLUMNS}
          rows={status.sources}
          rowKey={({ id }) => id}
          empty={
            <Empty title="It reads nothing">
              Name databases and processes in the configuration.
            </Empty>
          }
        />
      </section>
      <StoreSection status={status} />
      <section aria-labelledby="jobs">
        <h2 id="jobs">What it did</h2>
        {jobs.items.length === 0 ? (
          <p class="muted">No jobs yet.</p>
        ) : (
          <ul class="plain">
            {jobs.items.map((job) => (
              <li key={job.id}>
                <JobLine job={job} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

const TONES: Readonly<Record<SourceHealth["state"], string>> = {
  fresh: "is-good",
  waiting: "",
  late: "is-warning",
  lost: "is-bad",
};

const SOURCE_COLUMNS: readonly Column<SourceHealth>[] = [
  {
    key: "state",
    title: "State",
    cell: ({ state }) => <span class={`tag ${TONES[state]}`}>{state}</span>,
  },
  { key: "name", title: "Source", cell: ({ name }) => name },
  { key: "kind", title: "Kind", priority: 2, cell: ({ kind }) => kind },
  {
    key: "age",
    title: "Age of the data",
    align: "end",
    cell: ({ ageMs }) => (ageMs === null ? "–" : formatAge(ageMs)),
  },
  { key: "problem", title: "Problem", width: "wide", cell: ({ problem }) => problem ?? "" },
  {
    key: "acts",
    title: "Acts",
    cell: ({ kind, name }) =>
      kind === "database" ? (
        <Act
          label="Look now"
          question={`Look at ${name} now?`}
          run={async (api) => {
            await api.call("observeNow", { body: { target: name } });
            return "It is being looked at";
          }}
        >
          <p>
            Its statements, tables and settings are read, and fixes are weighed on a twin. Nothing
            is written there.
          </p>
        </Act>
      ) : null,
  },
];
