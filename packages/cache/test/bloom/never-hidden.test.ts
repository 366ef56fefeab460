import fc from "fast-check";
import { expect, test } from "vitest";
import { KnownIds } from "../../src/bloom/known-ids.ts";
import type { RebuildOutcome } from "../../src/bloom/known-ids-options.ts";
import { ManualClock } from "./manual-clock.ts";

const SETTLE_MS = 100;

type Step =
  | { readonly do: "add"; readonly id: number; readonly visibleAfterMs: number }
  | { readonly do: "lose"; readonly id: number }
  | { readonly do: "delete"; readonly id: number }
  | { readonly do: "rebuild" }
  | { readonly do: "deliver"; readonly count: number }
  | { readonly do: "fail" }
  | { readonly do: "distrust" }
  | { readonly do: "wait"; readonly ms: number };

const id = fc.integer({ min: 0, max: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("add" as const),
    id,
    visibleAfterMs: fc.integer({ min: 0, max: SETTLE_MS - 1 }),
  }),
  fc.record({ do: fc.constant("lose" as const), id }),
  fc.record({ do: fc.constant("delete" as const), id }),
  fc.record({ do: fc.constant("rebuild" as const) }),
  fc.record({ do: fc.constant("deliver" as const), count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ do: fc.constant("fail" as const) }),
  fc.record({ do: fc.constant("distrust" as const) }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 80 }) }),
);

/** A table whose rows become visible some time after they were announced, read one row a request. */
class LateTable {
  readonly rows = new Map<number, number>();
  readonly #pending: { give: () => void; fail: () => void }[] = [];
  readonly clock: ManualClock;

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  /** Reads as a transaction does: what was visible when it began. */
  async *read(): AsyncGenerator<number> {
    const visible = [...this.rows]
      .filter(([, visibleAtMs]) => visibleAtMs <= this.clock.nowMs)
      .map(([row]) => row);
    for (const row of [...visible, undefined]) {
      await new Promise<void>((resolve, reject) => {
        this.#pending.push({ give: resolve, fail: () => reject(new Error("broken")) });
      });
      if (row !== undefined) yield row;
    }
  }

  async deliver(count: number): Promise<void> {
    for (let round = 0; round < count; round += 1) {
      for (const { give } of this.#pending.splice(0)) give();
      await settled();
    }
  }

  async fail(): Promise<void> {
    for (const { fail } of this.#pending.splice(0)) fail();
    await settled();
  }
}

test("in no interleaving of additions and rebuilds is an existing row denied", async () => {
  let served = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const clock = new ManualClock();
      const table = new LateTable(clock);
      const known = new KnownIds({ clock, expectedIds: 20, settleMs: SETTLE_MS, retryDelayMs: 1 });
      const rebuilds: Promise<RebuildOutcome>[] = [];
      for (const one of steps) {
        await take(one, { clock, table, known, rebuilds });
        const hidden = [...table.rows.keys()].filter((row) => !known.mayExist(row));
        expect(hidden).toEqual([]);
        if (known.state.kind === "serving") served += 1;
      }
      known.close();
      await Promise.all(rebuilds);
    }),
    { numRuns: 400 },
  );
  expect(served).toBeGreaterThan(100);
});

interface World {
  readonly clock: ManualClock;
  readonly table: LateTable;
  readonly known: KnownIds;
  readonly rebuilds: Promise<RebuildOutcome>[];
}

async function take(one: Step, { clock, table, known, rebuilds }: World): Promise<void> {
  switch (one.do) {
    case "add":
      if (!table.rows.has(one.id)) table.rows.set(one.id, clock.nowMs + one.visibleAfterMs);
      known.add([one.id]);
      return;
    case "lose":
      // Somebody else's addition whose message never came; the bus has noticed the gap.
      if (!table.rows.has(one.id)) table.rows.set(one.id, clock.nowMs);
      known.distrust("gap");
      return settled();
    case "delete":
      table.rows.delete(one.id);
      return;
    case "rebuild":
      rebuilds.push(known.rebuild(() => table.read()));
      return settled();
    case "deliver":
      return table.deliver(one.count);
    case "fail":
      return table.fail();
    case "distrust":
      known.distrust("as drawn");
      return settled();
    case "wait":
      clock.nowMs += one.ms;
      return;
  }
}

/** Lets every promise that can go on go on. */
async function settled(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
}
