import type { Problem, WhatIfResult } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../../app/address.ts";
import type { Address, PageModule, ViewProps } from "../../app/page.ts";
import { problemOf } from "../../app/problem-of.ts";
import { useShell } from "../../app/shell-context.tsx";
import { KeptFields } from "../../components/kept-fields.tsx";
import { isAsked, questionOf, searchOf } from "./question.ts";
import { WhatIfAnswer } from "./what-if-answer.tsx";
import "../../components/act.css";
import "./what-if.css";

export interface WhatIfData {
  /** Databases that can be asked about. */
  readonly databases: readonly string[];
  /** Null while nothing was asked. */
  readonly answer:
    | { readonly isRefused: false; readonly result: WhatIfResult }
    | { readonly isRefused: true; readonly problem: Problem }
    | null;
}

export const page: PageModule<WhatIfData> = {
  topics: [],
  // An answer costs the twin some work: it is not asked again while somebody reads it.
  refreshMs: 24 * 3_600_000,
  hasRange: false,
  load: async ({ api, address }) => {
    const { sources } = await api.call("listIndexes", { query: { limit: 1 } });
    const databases = sources.filter(({ kind }) => kind === "database").map(({ name }) => name);
    const question = questionOf(address, databases);
    if (!isAsked(question)) return { databases, answer: null };
    try {
      return {
        databases,
        answer: { isRefused: false, result: await api.call("askWhatIf", { body: question }) },
      };
    } catch (error) {
      return { databases, answer: { isRefused: true, problem: problemOf(error) } };
    }
  },
  title: () => "What if there were another index?",
  parent: () => ({ label: "Indexes", path: "/indexes" }),
  View: WhatIf,
};

function WhatIf({ data: { databases, answer }, address }: ViewProps<WhatIfData>): JSX.Element {
  return (
    <div class="stack">
      <p class="muted">
        The twin plans the workload as the watched database would with these indexes. Nothing
        happens to the watched database; the figures are estimates until a proof has run.
      </p>
      <Question databases={databases} address={address} />
      {answer === null ? null : answer.isRefused ? (
        <div class="notice is-problem" role="alert">
          <strong>{answer.problem.title}</strong>: {answer.problem.detail}. To do:{" "}
          {answer.problem.remedy}.
        </div>
      ) : (
        <WhatIfAnswer result={answer.result} />
      )}
      <p>
        <a href={hrefTo("/indexes?tab=missing", address)}>What StreamGate advises by itself</a>
      </p>
    </div>
  );
}

function Question({
  databases,
  address,
}: {
  databases: readonly string[];
  address: Address;
}): JSX.Element {
  const shell = useShell();
  const { search } = address;
  const chosen = search.get("database") ?? databases[0] ?? "";
  return (
    <form
      class="what-if"
      method="get"
      onSubmit={(event) => {
        event.preventDefault();
        shell.navigate(searchOf(address, new FormData(event.currentTarget)));
      }}
    >
      <KeptFields except={["database", "indexes", "without"]} />
      {databases.length > 0 ? (
        <label class="field">
          Database
          <select name="database">
            {databases.map((name) => (
              <option key={name} value={name} selected={name === chosen}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <label class="field">
          Database
          <input name="database" required value={chosen} maxLength={200} autocomplete="off" />
        </label>
      )}
      <label class="field">
        Indexes to imagine, one CREATE INDEX a line
        <textarea
          name="indexes"
          required
          rows={4}
          spellcheck={false}
          placeholder="create index on orders (customer_id, created_at)"
        >
          {search.get("indexes") ?? ""}
        </textarea>
      </label>
      <label class="field">
        Existing indexes to imagine away, one name a line
        <textarea name="without" rows={2} spellcheck={false} placeholder="orders_customer_id_idx">
          {search.get("without") ?? ""}
        </textarea>
      </label>
      <button type="submit" class="button is-primary">
        Ask the twin
      </button>
    </form>
  );
}
