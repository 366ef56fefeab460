import { expect, test } from "vitest";
import { readWorkspace } from "./workspace.ts";

/** The edges that may read time and chance themselves. */
const EDGES: readonly RegExp[] = [
  /core\/src\/clock\.ts$/,
  /pg-advisor\/src\/cluster\//,
  /^packages\/server\/src\//,
  /^examples\//,
];

test("decisions read no clock and draw no lots of their own", () => {
  const found = readWorkspace()
    .flatMap(({ modules }) => modules)
    .filter(({ path }) => !EDGES.some((edge) => edge.test(path)))
    .filter(({ text }) =>
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/.test(text.replace(/\/\*[\s\S]*?\*\//g, "")),
    )
    .map(({ path }) => path);
  expect(found).toEqual([]);
});
