import type { ComponentType, JSX } from "preact";
import { useRef } from "preact/hooks";
import { hrefWith } from "./address.ts";
import { CustomRange } from "./custom-range.tsx";
import type { Address } from "./page.ts";
import { COMPARISONS, rangeChoices } from "./range-choices.ts";

export interface RangeBarProps {
  readonly address: Address;
  /** How fresh the page is. */
  readonly LiveStatus: ComponentType;
}

/** The time range of the page, and with what it is compared. A plain form: it works before and without any script. */
export function RangeBar({ address, LiveStatus }: RangeBarProps): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const send = (): void => form.current?.requestSubmit();
  const { search } = address;
  const from = search.get("from") ?? "";
  const to = search.get("to");
  const compare = search.get("compare") ?? "";
  return (
    <section class="range-bar" aria-label="Time">
      <div class="range-choice">
        <form ref={form} method="get" action={address.path} aria-label="Time range">
          {[...search]
            .filter(([name]) => !["from", "compare", "after"].includes(name))
            .map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
          <select name="from" aria-label="Time range" onChange={send}>
            {rangeChoices(from).map(({ value, label }) => (
              <option key={value} value={value} selected={value === from}>
                {label}
              </option>
            ))}
          </select>
          <select name="compare" aria-label="Compare with" onChange={send}>
            {[...COMPARISONS.entries()].map(([value, label]) => (
              <option key={value} value={value} selected={value === compare}>
                {label}
              </option>
            ))}
          </select>
          <noscript>
            <button type="submit" class="button">
              Show
            </button>
          </noscript>
          {to === null || to === "now" ? null : (
            <span class="small">
              until {to.slice(0, 19).replace("T", " ")} ·{" "}
              <a href={hrefWith(address, { to: null })}>until now</a>
            </span>
          )}
        </form>
        <CustomRange address={address} />
      </div>
      <LiveStatus />
    </section>
  );
}
