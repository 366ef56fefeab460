import type { JSX } from "preact";
import { hrefWith } from "../app/address.ts";
import { useShell } from "../app/shell-context.tsx";
import { KeptFields } from "./kept-fields.tsx";
import "./filters.css";

interface ChoiceProps {
  /** What the address calls it. */
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** What holds where the address says nothing. */
  readonly standard?: string;
  /** What no choice is called; absent where one must be made. */
  readonly none?: string;
}

/** One of several, kept in the address. Without JavaScript it is a form with a button. */
export function Choice({ name, label, options, standard, none }: ChoiceProps): JSX.Element {
  const { address, navigate } = useShell();
  const chosen = address.search.get(name) ?? standard ?? "";
  return (
    <form class="filter" method="get">
      <KeptFields except={[name]} />
      <label>
        <span class="filter-label">{label}</span>
        <select
          name={name}
          onChange={({ currentTarget: { value } }) =>
            navigate(hrefWith(address, { [name]: value === standard ? null : value, after: null }))
          }
        >
          {none === undefined ? null : (
            <option value="" selected={chosen === ""}>
              {none}
            </option>
          )}
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === chosen}>
              {option.label}
            </option>
          ))}
        </select>
      </label>
      <noscript>
        <button type="submit" class="button">
          Go
        </button>
      </noscript>
    </form>
  );
}

/** Words to look for, kept in the address. */
export function SearchField({ name, label }: { name: string; label: string }): JSX.Element {
  const { address, navigate } = useShell();
  return (
    <search>
      <form
        class="filter"
        method="get"
        onSubmit={(event) => {
          event.preventDefault();
          const text = new FormData(event.currentTarget).get(name);
          navigate(
            hrefWith(address, {
              [name]: typeof text === "string" ? text.trim() : null,
              after: null,
            }),
          );
        }}
      >
        <KeptFields except={[name]} />
        <label>
          <span class="sr">{label}</span>
          <input
            type="search"
            name={name}
            placeholder={label}
            value={address.search.get(name) ?? ""}
            maxLength={200}
            autocomplete="off"
          />
        </label>
        <noscript>
          <button type="submit" class="button">
            Search
          </button>
        </noscript>
      </form>
    </search>
  );
}
