import type { Frame } from "../requests/traced-request.ts";

/** `loadOwner (/srv/shop.ts:14:9)`, or `async …`. */
const FRAME = /^(async )?(.*):(\d+):(\d+)(\)?)$/;

/**
 * Whether two stacks can be of one place in the code. The first turn of a loop still has its callers beneath it, later ones have what
 * waits for them: the shorter decides. A frame that waits shows its `await`, a running one its call, so that only their lines are compared.
 */
export function isSameSite(one: readonly Frame[], other: readonly Frame[]): boolean {
  const depth = Math.min(one.length, other.length);
  if (depth === 0) return true;
  for (let index = 0; index < depth; index += 1) {
    if (!isSameFrame(one[index] ?? "", other[index] ?? "")) return false;
  }
  return true;
}

function isSameFrame(one: Frame, other: Frame): boolean {
  if (one === other) return true;
  const [first, second] = [FRAME.exec(one), FRAME.exec(other)];
  if (first === null || second === null) return false;
  const isSameKind = first[1] === second[1];
  const [name, otherName] = [first[2], second[2]].map((text) =>
    text?.replace(/^new |^Object\./, ""),
  );
  return !isSameKind && name === otherName && first[3] === second[3];
}
