/** The last so many things, oldest first; each addition takes the place of the oldest once it is full. */
export class BoundedList<Item> {
  private readonly items: Item[] = [];
  private readonly capacity: number;
  private next = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  add(item: Item): void {
    this.items[this.next] = item;
    this.next = (this.next + 1) % this.capacity;
  }

  toArray(): Item[] {
    if (this.items.length < this.capacity) return [...this.items];
    return [...this.items.slice(this.next), ...this.items.slice(0, this.next)];
  }
}
