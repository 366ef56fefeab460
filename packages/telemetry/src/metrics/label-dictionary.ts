/**
 * The values of one label, each once, as small numbers: a series keeps numbers instead of text, and two series are the same when their
 * numbers are.
 */
export class LabelDictionary {
  private readonly ids: Map<string, number> = new Map();
  private readonly values: string[] = [];
  private readonly users: number[] = [];
  private readonly freeIds: number[] = [];

  /** The number of a value; undefined where no series has it. */
  find(value: string): number | undefined {
    return this.ids.get(value);
  }

  /** The number of a value, with one user more. */
  acquire(value: string): number {
    const known = this.ids.get(value);
    if (known !== undefined) {
      this.users[known] = (this.users[known] ?? 0) + 1;
      return known;
    }
    const id = this.freeIds.pop() ?? this.values.length;
    this.ids.set(value, id);
    this.values[id] = value;
    this.users[id] = 1;
    return id;
  }

  /** One user less; the last one takes the value along. */
  release(id: number): void {
    const left = (this.users[id] ?? 0) - 1;
    this.users[id] = left;
    if (left > 0) return;
    this.ids.delete(this.valueOf(id));
    this.values[id] = "";
    this.freeIds.push(id);
  }

  valueOf(id: number): string {
    return this.values[id] ?? "";
  }
}
