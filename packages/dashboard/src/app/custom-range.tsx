import type { JSX } from "preact";
import type { Address } from "./page.ts";

/** A range by its two ends, for what the list of ranges does not hold. */
export function CustomRange({ address }: { address: Address }): JSX.Element {
  const { search } = address;
  return (
    <details class="custom-range">
      <summary>Other</summary>
      <form method="get" action={address.path} aria-label="Other time range">
        {[...search]
          .filter(([name]) => !["from", "to", "after"].includes(name))
          .map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
        <label>
          From
          <input
            name="from"
            defaultValue={search.get("from") ?? "-1h"}
            size={22}
            autocomplete="off"
          />
        </label>
        <label>
          To
          <input name="to" defaultValue={search.get("to") ?? "now"} size={22} autocomplete="off" />
        </label>
        <p class="small muted">
          <code>-90m</code>, <code>-3d</code>, <code>now</code>, or <code>2026-01-31T10:20Z</code>
        </p>
        <button type="submit" class="button">
          Show
        </button>
      </form>
    </details>
  );
}
