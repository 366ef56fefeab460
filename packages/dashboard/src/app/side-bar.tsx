import type { ComponentType, JSX } from "preact";
import { hrefTo } from "./address.ts";
import type { Address } from "./page.ts";
import { ROUTES } from "./routes.ts";

/** The name of the product, the pages, and the tools. */
export function SideBar({
  address,
  Tools,
}: {
  address: Address;
  Tools: ComponentType;
}): JSX.Element {
  return (
    <header class="side">
      <a class="brand" href={hrefTo("/", address)}>
        StreamGate
      </a>
      <nav aria-label="Pages">
        {ROUTES.flatMap(({ pattern, label }) =>
          label === undefined
            ? []
            : [
                <a
                  key={pattern}
                  href={hrefTo(pattern, address)}
                  aria-current={currentOf(pattern, address.path)}
                >
                  {label}
                </a>,
              ],
        )}
      </nav>
      <div class="tools needs-script">
        <Tools />
      </div>
    </header>
  );
}

function currentOf(pattern: string, path: string): "page" | "true" | undefined {
  if (path === pattern) return "page";
  return pattern !== "/" && path.startsWith(`${pattern}/`) ? "true" : undefined;
}
