const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1000, "s"],
] as const;

/** A duration as Prometheus writes it, in the greatest unit that says it exactly: `5m`, `3d`, `90s`. */
export function promDuration(ms: number): string {
  if (ms === 0) return "0s";
  const whole = UNITS.find(([unitMs]) => ms >= unitMs && ms % unitMs === 0);
  return whole === undefined ? `${Math.round(ms)}ms` : `${ms / whole[0]}${whole[1]}`;
}
