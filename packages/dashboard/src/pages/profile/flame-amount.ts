import type { ProfileView } from "@streamgate/contract";
import { formatQuantity } from "../../format/quantity.ts";

/** What a function took, as a person reads it. */
export function flameAmount(value: number, unit: ProfileView["unit"]): string {
  return unit === "bytes" ? formatQuantity(value, "bytes") : formatQuantity(value / 1_000, "ms");
}
