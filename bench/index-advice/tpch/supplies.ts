import { SUPPLIERS_A_PART } from "./sizes.ts";

/** Which supplier delivers a part: four different ones a part, spread over all. Counted from 0. */
export function supplierOf(part: number, which: number, suppliers: number): number {
  // Less than a third of them apart, so that no two meet; only below scale 0.024 the rest is felt.
  const shift = Math.floor((part - 1) / suppliers) % Math.floor(suppliers / 12);
  const apart = Math.floor(suppliers / SUPPLIERS_A_PART) + shift;
  return ((part + which * apart) % suppliers) + 1;
}

/** What a part costs in retail, in cents: prices repeat in a long rhythm. */
export function retailCents(part: number): number {
  return 90_000 + (Math.floor(part / 10) % 20_001) + 100 * (part % 1_000);
}
