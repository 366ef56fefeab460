import type { JSX } from "preact";
import { hrefWith } from "../app/address.ts";
import { useShell } from "../app/shell-context.tsx";
import "./tabs.css";

export interface Tab {
  /** What the address says while it is open; the first tab is open where it says nothing. */
  readonly value: string;
  readonly label: string;
  /** How many things there are in it. */
  readonly count?: number;
}

/** Views of one page, as links: which is open stands in the address, under `name`. */
export function Tabs({
  name,
  tabs,
  label,
}: {
  name: string;
  tabs: readonly Tab[];
  label: string;
}): JSX.Element {
  const { address } = useShell();
  const open = openTab(address.search.get(name), tabs);
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ value, label: text, count }, index) => (
        <a
          key={value}
          href={hrefWith(address, { [name]: index === 0 ? null : value })}
          aria-current={value === open ? "page" : undefined}
        >
          {text}
          {count === undefined ? null : <span class="tab-count"> {count}</span>}
        </a>
      ))}
    </nav>
  );
}

/** The tab that an address opens: the first where it names none of them. */
export function openTab(wanted: string | null, tabs: readonly Tab[]): string {
  return tabs.find(({ value }) => value === wanted)?.value ?? tabs[0]?.value ?? "";
}
