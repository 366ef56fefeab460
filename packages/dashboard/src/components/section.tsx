import type { ComponentChildren, JSX } from "preact";

/** A part of a page under a heading of its own. */
export function Section({
  title,
  id,
  children,
}: {
  title: string;
  /** What a link may lead to. */
  id?: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section id={id} aria-label={title}>
      <div class="section-head">
        <h2>{title}</h2>
      </div>
      {children}
    </section>
  );
}
