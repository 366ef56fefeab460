/** A map of bounded size: when the younger half is full the older one is forgotten, so that what is used stays. */
export class TwoHalves<Value> {
  private readonly most: number;
  private young = new Map<string, Value>();
  private old = new Map<string, Value>();

  constructor(most: number) {
    this.most = most;
  }

  get(key: string): Value | undefined {
    const found = this.young.get(key);
    if (found !== undefined) return found;
    const kept = this.old.get(key);
    if (kept !== undefined) this.set(key, kept);
    return kept;
  }

  /** All that is remembered. */
  *values(): Generator<Value> {
    yield* this.young.values();
    for (const [key, value] of this.old) if (!this.young.has(key)) yield value;
  }

  set(key: string, value: Value): void {
    if (this.young.size * 2 >= this.most) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }
}
