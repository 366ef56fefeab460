import { quoteIdentifier, quoteLiteral } from "./identifiers.ts";

/** ` WITH (…)` of `reloptions` as the catalogue holds them, `name=value`; empty for none. */
export function renderOptions(options: readonly string[]): string {
  if (options.length === 0) return "";
  const rendered = options.map((option) => {
    const [name = "", ...value] = option.split("=");
    return `${quoteIdentifier(name)}=${quoteLiteral(value.join("="))}`;
  });
  return ` WITH (${rendered.join(", ")})`;
}
