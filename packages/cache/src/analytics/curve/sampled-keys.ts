/** Small whole numbers for the keys that some miniature cache holds. */
export class SampledKeys {
  private readonly ids = new Map<number, number>();
  private readonly hashes: number[] = [];
  private readonly holders: number[] = [];
  private readonly freeIds: number[] = [];

  get size(): number {
    return this.ids.size;
  }

  /** The key's number, if any cache holds it. */
  find(keyHash: number): number | undefined {
    return this.ids.get(keyHash | 0);
  }

  /** The key's number, new if none holds it; the caller lets it be held at once. */
  take(keyHash: number): number {
    const known = this.find(keyHash);
    if (known !== undefined) return known;
    const id = this.freeIds.pop() ?? this.hashes.length;
    this.hashes[id] = keyHash;
    this.holders[id] = 0;
    this.ids.set(keyHash | 0, id);
    return id;
  }

  hold(id: number): void {
    this.holders[id] = (this.holders[id] ?? 0) + 1;
  }

  /** One cache less holds the key; nobody's number is free for another key. */
  release(id: number): void {
    const holders = (this.holders[id] ?? 1) - 1;
    this.holders[id] = holders;
    if (holders > 0) return;
    this.ids.delete((this.hashes[id] ?? 0) | 0);
    this.freeIds.push(id);
  }

  /** All keys held now. */
  keyHashes(): number[] {
    return [...this.ids.values()].map((id) => this.hashes[id] ?? 0);
  }
}
