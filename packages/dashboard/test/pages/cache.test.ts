import { describe, expect, it } from "vitest";
import {
  invalidationOf,
  outcomeSentence,
  warmingOf,
} from "../../src/pages/cache/cache-requests.ts";
import { drawCurve, worthwhileBytes } from "../../src/pages/cache/curve-geometry.ts";
import { cacheFixture, emptyCacheFixture } from "../fixtures/cache.ts";
import { estimated } from "../fixtures/routes.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { failing, readerFixture, renderPage } from "../support/render-page.ts";

const api = fixtureApi({ getCacheStatistics: () => cacheFixture });

describe("the cache page", () => {
  it("shows each namespace, each tier, and the time that was saved", async () => {
    const { html, text } = await renderPage("/cache", api);
    expect(text).toContain("94.1 %");
    expect(text).toContain("By tier");
    expect(text).toContain("out of use");
    expect(text).toContain("keywords:trending");
    expect(html).not.toContain("style=");
  });

  it("says what more memory would bring, in words, as a curve and as numbers", async () => {
    const { html, text } = await renderPage("/cache", api);
    expect(text).toContain("Now 64 MB: about 86 %. More memory pays up to about 256 MB.");
    expect(html).toContain("Hit ratio of media by size of memory");
    expect(text).toContain("As numbers");
  });

  it("lets only those act who may", async () => {
    expect((await renderPage("/cache", api)).text).toContain("Invalidate…");
    expect((await renderPage("/cache", api, readerFixture)).text).not.toContain("Invalidate…");
  });

  it("says what to do where no cache was used, and tells a problem", async () => {
    const quiet = fixtureApi({ getCacheStatistics: () => emptyCacheFixture });
    expect((await renderPage("/cache", quiet)).text).toContain("Choose a longer range");
    const failed = fixtureApi({ getCacheStatistics: failing });
    expect((await renderPage("/cache", failed)).text).toContain("see whether the store runs");
  });
});

describe("what a form asks of a cache", () => {
  const form = (fields: Readonly<Record<string, string>>): FormData => {
    const data = new FormData();
    data.set("where", JSON.stringify(["media", "content"]));
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  };

  it("is the whole namespace only where neither tags nor keys are named", () => {
    expect(invalidationOf(form({ tags: " ", keys: "" }))).toEqual({
      service: "media",
      namespace: "content",
    });
    expect(invalidationOf(form({ tags: "user:4, user:5" }))).toEqual({
      service: "media",
      tags: ["user:4", "user:5"],
    });
    expect(invalidationOf(form({ keys: "1\n\n2" }))).toEqual({
      service: "media",
      namespace: "content",
      keys: ["1", "2"],
    });
  });

  it("warms the most popular values where no key is named", () => {
    expect(warmingOf(form({ keys: "" }))).toEqual({ service: "media", namespace: "content" });
  });

  it("is told with how many processes did it", () => {
    const line = (isDone: boolean) => ({ instance: "a", isDone, detail: "" });
    expect(outcomeSentence({ instances: [] })).toContain("nothing was done");
    expect(outcomeSentence({ instances: [line(true), line(false)] })).toBe(
      "Done by 1 of 2 processes.",
    );
  });
});

describe("the hit-ratio curve", () => {
  const curve = (points: readonly (readonly [number, number | null])[], currentBytes: number) => ({
    service: "media",
    currentBytes,
    points: points.map(([bytes, ratio]) => ({ bytes, hitRatio: estimated(ratio, "ratio") })),
  });

  it("puts sizes on a logarithmic axis and the size of now between its neighbours", () => {
    const drawing = drawCurve(
      curve(
        [
          [100, 0],
          [10_000, 1],
        ],
        1_000,
      ),
    );
    expect(drawing?.path).toBe("M0 200L400 0");
    expect(drawing?.currentX).toBe(200);
    expect(drawing?.currentRatio).toBeCloseTo(0.5);
  });

  it("draws nothing where fewer than two points are known", () => {
    expect(
      drawCurve(
        curve(
          [
            [100, 0.5],
            [200, null],
          ],
          100,
        ),
      ),
    ).toBeUndefined();
    expect(worthwhileBytes(curve([], 100))).toBeUndefined();
  });

  it("leaves the size of now out where it lies beside the curve", () => {
    const drawing = drawCurve(
      curve(
        [
          [100, 0.1],
          [200, 0.2],
        ],
        900,
      ),
    );
    expect(drawing?.currentX).toBeUndefined();
    expect(drawing?.currentRatio).toBeUndefined();
  });
});
