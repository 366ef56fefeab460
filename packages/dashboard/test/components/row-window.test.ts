import fc from "fast-check";
import { expect, test } from "vitest";
import { windowOf } from "../../src/components/row-window.ts";

test("of a hundred thousand rows fewer than sixty are in the page, and all that are seen among them", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: -3_700_000, max: 2_000 }),
      fc.integer({ min: 200, max: 1_400 }),
      (rows, topPx, viewPx) => {
        const { first, end } = windowOf(rows, 36, topPx, viewPx);
        expect(end - first).toBeLessThanOrEqual(60);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(rows);
        const firstSeen = Math.max(0, Math.floor(-topPx / 36));
        const endSeen = Math.min(rows, Math.ceil((viewPx - topPx) / 36));
        for (const row of [firstSeen, endSeen - 1])
          if (row >= 0 && row < rows && topPx < viewPx && topPx + rows * 36 > 0) {
            expect(row).toBeGreaterThanOrEqual(first);
            expect(row).toBeLessThan(end);
          }
      },
    ),
  );
});
