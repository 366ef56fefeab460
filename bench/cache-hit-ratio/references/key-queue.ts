/** Queues of keys for the reference simulations: a `Set` keeps the order of arrival, oldest first. */
export class KeyQueue {
  private readonly keys = new Set<number>();

  get size(): number {
    return this.keys.size;
  }

  has(key: number): boolean {
    return this.keys.has(key);
  }

  append(key: number): void {
    this.keys.add(key);
  }

  delete(key: number): boolean {
    return this.keys.delete(key);
  }

  moveToEnd(key: number): void {
    this.keys.delete(key);
    this.keys.add(key);
  }

  /** The oldest key; -1 when there is none. */
  oldest(): number {
    for (const key of this.keys) return key;
    return -1;
  }

  takeOldest(): number {
    const key = this.oldest();
    this.keys.delete(key);
    return key;
  }
}
