/** Size of the drawing, in its own units; the last strip holds the axis. */
export const DRAWING = { width: 400, height: 150, plotHeight: 130 } as const;

/** Where a value stands on a logarithmic axis between two others. */
export function placeOnLog(value: number, least: number, most: number): number {
  if (!(least > 0 && most > least)) return DRAWING.width / 2;
  const share = Math.log(Math.max(value, least) / least) / Math.log(most / least);
  return round(Math.min(1, share) * DRAWING.width);
}

/** A closed outline over values at ascending instants. */
export function outlineOf(
  at: readonly number[],
  density: readonly number[],
  highest: number,
): string {
  const [least = 0, most = 0] = [at[0], at.at(-1)];
  if (at.length < 2 || !(highest > 0)) return "";
  const points = at.map((value, index) => {
    const height = ((density[index] ?? 0) / highest) * DRAWING.plotHeight;
    return `${placeOnLog(value, least, most)} ${round(DRAWING.plotHeight - height)}`;
  });
  return `M0 ${DRAWING.plotHeight}L${points.join("L")}L${DRAWING.width} ${DRAWING.plotHeight}Z`;
}

const STEPS = [1, 2, 5] as const;
const MOST_TICKS = 5;
/** Ticks so near to an end would be cut off. */
const MARGIN = 0.05;

/** Round numbers on a logarithmic axis. */
export function ticksOf(least: number, most: number): readonly number[] {
  if (!(least > 0 && most > least)) return [];
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power += 1)
    for (const step of STEPS) all.push(Number(`${step}e${power}`));
  const inside = all.filter((tick) => {
    const place = placeOnLog(tick, least, most) / DRAWING.width;
    return tick >= least && tick <= most && place > MARGIN && place < 1 - MARGIN;
  });
  const every = Math.ceil(inside.length / MOST_TICKS);
  return inside.filter((_, index) => index % every === 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
