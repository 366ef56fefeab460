import type { AnalysedRequest, Call } from "./analysed-request.ts";
import type { NamedObservation, Observation } from "./observation.ts";

/** Of the columns, the share that may be read for a `select *` to be called wide. */
const FEW = 0.5;
const LEAST_UNREAD = 3;
/** Or of the bytes, the share that nobody reads: one document may weigh more than all the rest. */
const MUCH = 0.5;
const MOST_WATCHED = 2_000;

interface Watched {
  readonly name: string;
  readonly example: Call;
  readonly all: ReadonlySet<string>;
  readonly read: Set<string>;
  results: number;
  /** The least that any result had. */
  unreadShare: number;
  totalMs: number;
}

/** Columns of `select *` that no request was seen to read. */
export class ColumnWatch {
  private readonly watched = new Map<string, Watched>();

  add({ request: { name }, calls }: AnalysedRequest): void {
    for (const call of calls) {
      const { columns, startMs, endMs } = call.statement;
      if (columns === undefined) continue;
      const key = `${name}\u0000${call.form.text}`;
      let watched = this.watched.get(key);
      if (watched === undefined) {
        if (this.watched.size >= MOST_WATCHED) continue;
        watched = {
          name,
          example: call,
          all: new Set(columns.all),
          read: new Set(),
          results: 0,
          unreadShare: 1,
          totalMs: 0,
        };
        this.watched.set(key, watched);
      }
      watched.results += 1;
      watched.unreadShare = Math.min(watched.unreadShare, columns.unreadShare);
      watched.totalMs += endMs - startMs;
      for (const column of columns.read) watched.read.add(column);
    }
  }

  observations(): readonly NamedObservation[] {
    return [...this.watched.values()].flatMap(
      ({ name, example, all, read, results, unreadShare, totalMs }) => {
        const unread = all.size - read.size;
        // Of what nobody read at all, the columns are not the matter.
        const isFew = unread >= LEAST_UNREAD && read.size <= all.size * FEW;
        if (read.size === 0 || unread === 0 || (!isFew && unreadShare < MUCH)) return [];
        const observation: Observation = {
          kind: "query/unused-columns",
          form: example.form,
          sql: example.statement.sql,
          parameters: example.statement.parameters,
          site: example.statement.stack ?? [],
          calls: results,
          totalMs,
          savedMs: 0,
          summary: `${all.size} columns are read from the database and ${read.size} of them were looked at, in ${results} sampled results, which leaves ${Math.round(unreadShare * 100)} % of the bytes unread (estimated): ${[...read].join(", ")}`,
          columnsRead: [...read],
          remedy: `Select ${[...read].join(", ")} in place of *.`,
        };
        return [{ name, observation }];
      },
    );
  }
}
