import type { StatementForm } from "../statements/statement-form.ts";
import type { AnalysedRequest, Call } from "./analysed-request.ts";
import type { Observation } from "./observation.ts";

/** Of the columns, the share that may be read for a `select *` to be called wide. */
const FEW = 0.5;
const LEAST_UNREAD = 3;
const MOST_WATCHED = 2_000;

interface Watched {
  readonly example: Call;
  readonly all: ReadonlySet<string>;
  readonly read: Set<string>;
  results: number;
  totalMs: number;
}

/** Columns of `select *` that no request was seen to read. */
export class ColumnWatch {
  private readonly watched = new Map<StatementForm, Watched>();

  add({ calls }: AnalysedRequest): void {
    for (const call of calls) {
      const { columns, startMs, endMs } = call.statement;
      if (columns === undefined) continue;
      let watched = this.watched.get(call.form);
      if (watched === undefined) {
        if (this.watched.size >= MOST_WATCHED) continue;
        watched = {
          example: call,
          all: new Set(columns.all),
          read: new Set(),
          results: 0,
          totalMs: 0,
        };
        this.watched.set(call.form, watched);
      }
      watched.results += 1;
      watched.totalMs += endMs - startMs;
      for (const column of columns.read) watched.read.add(column);
    }
  }

  observations(): readonly Observation[] {
    return [...this.watched.values()].flatMap(({ example, all, read, results, totalMs }) => {
      const unread = all.size - read.size;
      // Of what nobody read at all, the columns are not the matter.
      if (read.size === 0 || unread < LEAST_UNREAD || read.size > all.size * FEW) return [];
      return [
        {
          kind: "query/unused-columns" as const,
          form: example.form,
          sql: example.statement.sql,
          parameters: example.statement.parameters,
          site: example.statement.stack ?? [],
          calls: results,
          totalMs,
          savedMs: 0,
          summary: `${all.size} columns are read from the database and ${read.size} of them were looked at, in ${results} sampled results: ${[...read].join(", ")}`,
          remedy: `Select ${[...read].join(", ")} in place of *.`,
        },
      ];
    });
  }
}
