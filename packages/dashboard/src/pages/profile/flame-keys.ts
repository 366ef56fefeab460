import type { TargetedKeyboardEvent } from "preact";

/** Arrow keys go from function to function: left and right in a row, down to what was called, up to the caller. */
export function moveInFlame(event: TargetedKeyboardEvent<SVGSVGElement>): void {
  const from = event.target instanceof Element ? event.target.closest("a") : null;
  if (from === null) return;
  const boxes = [...event.currentTarget.querySelectorAll<SVGAElement>("a")].map((link) => ({
    link,
    depth: Number(link.getAttribute("data-depth")),
    box: link.getBoundingClientRect(),
  }));
  const index = boxes.findIndex(({ link }) => link === (from as Element));
  const to = targetOf(
    event.key,
    index,
    boxes.map(({ depth, box }) => ({ depth, left: box.left, right: box.right })),
  );
  const target = to === undefined ? undefined : boxes[to];
  if (target === undefined) return;
  event.preventDefault();
  target.link.focus();
}

interface Place {
  readonly depth: number;
  readonly left: number;
  readonly right: number;
}

/** Which function a key leads to; undefined where it leads nowhere. */
export function targetOf(key: string, from: number, places: readonly Place[]): number | undefined {
  const here = places[from];
  if (here === undefined) return undefined;
  const inRow = (depth: number): readonly number[] =>
    places
      .map((_, index) => index)
      .filter((index) => places[index]?.depth === depth)
      .sort((one, other) => leftOf(places, one) - leftOf(places, other));
  const row = inRow(here.depth);
  const middle = (here.left + here.right) / 2;
  switch (key) {
    case "ArrowLeft":
      return row[row.indexOf(from) - 1];
    case "ArrowRight":
      return row[row.indexOf(from) + 1];
    case "ArrowUp":
      return inRow(here.depth - 1).find(
        (index) => leftOf(places, index) <= middle && (places[index]?.right ?? 0) >= middle,
      );
    case "ArrowDown":
      return inRow(here.depth + 1).find(
        (index) => leftOf(places, index) >= here.left - 1 && leftOf(places, index) < here.right,
      );
    case "Home":
      return 0;
    default:
      return undefined;
  }
}

function leftOf(places: readonly Place[], index: number): number {
  return places[index]?.left ?? 0;
}
