import type { ComponentChildren, JSX } from "preact";

/** Holds what may be wider than the page and scrolls by itself; the keyboard reaches it, as nothing in it may be a link. */
export function ScrollBox({
  label,
  children,
}: {
  label: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can scroll must be reachable by the keyboard
    <section class="table-box" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
