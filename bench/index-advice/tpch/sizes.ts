/** How many rows the tables have, as the specification scales them; 1 stands for about a gigabyte. */
export interface TpchSizes {
  readonly scale: number;
  readonly suppliers: number;
  readonly parts: number;
  readonly customers: number;
  readonly orders: number;
  readonly clerks: number;
}

export const SUPPLIERS_A_PART = 4;
export const MOST_LINES_AN_ORDER = 7;

/** @param scale from 0.002 */
export function tpchSizes(scale: number): TpchSizes {
  if (!(scale >= 0.002)) throw new RangeError(`scale is ${scale}; give a number from 0.002`);
  const customers = Math.round(150_000 * scale);
  return {
    scale,
    suppliers: Math.round(10_000 * scale),
    parts: Math.round(200_000 * scale),
    customers,
    orders: customers * 10,
    clerks: Math.max(1, Math.round(1_000 * scale)),
  };
}
