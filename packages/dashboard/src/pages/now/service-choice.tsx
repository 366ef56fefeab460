import type { JSX } from "preact";
import { hrefWith } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";

/** Of which watched service the page is; nothing where there is only one. */
export function ServiceChoice({
  services,
  address,
}: {
  services: readonly string[];
  address: Address;
}): JSX.Element | null {
  const chosen = address.search.get("service");
  if (services.length < 2 && chosen === null) return null;
  return (
    <nav class="services" aria-label="Services">
      {[null, ...services].map((service) => (
        <a
          key={service ?? ""}
          href={hrefWith(address, { service })}
          aria-current={service === chosen ? "true" : undefined}
        >
          {service ?? "All services"}
        </a>
      ))}
    </nav>
  );
}
