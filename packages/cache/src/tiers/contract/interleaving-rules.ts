import { ok } from "node:assert/strict";
import type { SharedTier } from "../tier.ts";
import type { Stage, TierContractCase } from "./contract-case.ts";
import { interleavings } from "./interleavings.ts";
import { LoadModel, type Step } from "./load-model.ts";
import { type BegunLoad, beginLoad, endLoad, readText } from "./loads.ts";
import { rule } from "./rule.ts";

/** How many orders run at once: they share nothing but the storage. */
const AT_ONCE = 12;

const BOTH_TAGS: readonly (readonly string[])[] = [
  ["a", "b"],
  ["a", "b"],
];
const TAGS_APART: readonly (readonly string[])[] = [["a", "b"], ["b"]];

export const INTERLEAVING_RULES: readonly TierContractCase[] = [
  rule(
    "two loads with the same tags and two invalidations, in every order: a read agrees with the model",
    (stage) => proveAllOrders(stage, BOTH_TAGS),
  ),
  rule(
    "two loads with different tags and two invalidations, in every order: a read agrees with the model",
    (stage) => proveAllOrders(stage, TAGS_APART),
  ),
  rule("three loads and an invalidation, in every order: a read agrees with the model", (stage) =>
    proveAllOrders(stage, [["a"], ["a"], ["a"]], ["a"]),
  ),
];

async function proveAllOrders(
  stage: Stage,
  tagsOfLoads: readonly (readonly string[])[],
  invalidated: readonly string[] = ["a", "b"],
): Promise<void> {
  const actors: Step[][] = [
    ...tagsOfLoads.map((_, load): Step[] => [
      { does: "begin", load },
      { does: "fill", load },
    ]),
    ...invalidated.map((tag): Step[] => [{ does: "invalidate", tag }]),
  ];
  const orders = interleavings(actors);
  for (let start = 0; start < orders.length; start += AT_ONCE) {
    const some = orders.slice(start, start + AT_ONCE);
    await Promise.all(
      some.map((order, index) => new Run(stage, start + index, tagsOfLoads).prove(order)),
    );
  }
}

/** One order on a key and tags of its own; loads, invalidations and reads go through both views in turn. */
class Run {
  private readonly views: readonly [SharedTier, SharedTier];
  private readonly number: number;
  private readonly key: string;
  private readonly tagsOfLoads: readonly (readonly string[])[];
  private readonly model: LoadModel;
  private readonly begun = new Map<number, BegunLoad>();
  private readonly told: string[] = [];

  constructor(stage: Stage, number: number, tagsOfLoads: readonly (readonly string[])[]) {
    this.views = [stage.first, stage.second];
    this.number = number;
    this.key = `interleaved:${number}`;
    this.tagsOfLoads = tagsOfLoads;
    this.model = new LoadModel(tagsOfLoads);
  }

  async prove(order: readonly Step[]): Promise<void> {
    for (const [index, step] of order.entries()) {
      await this.take(step);
      await this.check(this.view(index));
    }
  }

  private async take(step: Step): Promise<void> {
    switch (step.does) {
      case "begin": {
        this.told.push(`begin ${step.load}`);
        const tags = this.ownTags(this.tagsOfLoads[step.load] ?? []);
        this.begun.set(step.load, await beginLoad(this.view(step.load), this.key, tags));
        this.model.begin(step.load);
        return;
      }
      case "fill": {
        const load = this.begun.get(step.load);
        if (load === undefined) return;
        const outcome = await endLoad(this.view(step.load), load, String(step.load));
        this.told.push(`fill ${step.load} is ${outcome}`);
        ok(this.model.accept(step.load, outcome), this.story("that must not be"));
        return;
      }
      case "invalidate": {
        this.told.push(`invalidate ${step.tag}`);
        await this.view(step.tag === "a" ? 1 : 0).invalidate(this.ownTags([step.tag]));
        this.model.invalidate(step.tag);
        return;
      }
    }
  }

  private async check(tier: SharedTier): Promise<void> {
    const text = await readText(tier, this.key, this.ownTags(["a", "b"]));
    const load = text === undefined ? undefined : Number(text);
    ok(load === this.model.readable(), this.story(`read ${text}`));
  }

  private ownTags(tags: readonly string[]): readonly string[] {
    return tags.map((tag) => `${tag} of ${this.number}`);
  }

  private view(number: number): SharedTier {
    return number % 2 === 0 ? this.views[0] : this.views[1];
  }

  private story(end: string): string {
    return [...this.told, end].join(", ");
  }
}
