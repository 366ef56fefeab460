import type { FillOutcome } from "../tier.ts";

/** What an actor does in an interleaving. */
export type Step =
  | { readonly does: "begin" | "fill"; readonly load: number }
  | { readonly does: "invalidate"; readonly tag: string };

interface ModelLoad {
  readonly tags: readonly string[];
  begunAt: number;
}

/**
 * What may be read of one key, kept as simply as it can be said: a load is *valid* while none of its tags was invalidated
 * since it began; the key holds the load that was stored last, and gives it while it is valid.
 */
export class LoadModel {
  private readonly loads: readonly ModelLoad[];
  private readonly invalidatedAt = new Map<string, number>();
  private held: ModelLoad | undefined;
  private time = 0;

  constructor(tagsOfLoads: readonly (readonly string[])[]) {
    this.loads = tagsOfLoads.map((tags) => ({ tags, begunAt: 0 }));
  }

  begin(load: number): void {
    this.time += 1;
    this.load(load).begunAt = this.time;
  }

  invalidate(tag: string): void {
    this.time += 1;
    this.invalidatedAt.set(tag, this.time);
  }

  /**
   * Takes over an outcome; false when it must not be. Only a value that began later and has become invalid itself leaves
   * a choice: it may be replaced or stay.
   */
  accept(load: number, outcome: FillOutcome): boolean {
    const filled = this.load(load);
    const { held } = this;
    const isBehind = held !== undefined && held.begunAt > filled.begunAt;
    const mayLand = this.isValid(filled) && !(isBehind && this.isValid(held));
    const mustLand = mayLand && !isBehind;
    if (outcome === "stored") this.held = filled;
    return outcome === "stored" ? mayLand : !mustLand;
  }

  /** The load whose value must be read now. */
  readable(): number | undefined {
    const { held } = this;
    return held !== undefined && this.isValid(held) ? this.loads.indexOf(held) : undefined;
  }

  private isValid({ tags, begunAt }: ModelLoad): boolean {
    return tags.every((tag) => (this.invalidatedAt.get(tag) ?? 0) < begunAt);
  }

  private load(number: number): ModelLoad {
    const load = this.loads[number];
    if (load === undefined) throw new RangeError(`there is no load ${number}`);
    return load;
  }
}
