/**
 * Memory for the buckets of many histograms: open-addressed tables of 4, 8, 16 … slots in shared pages, so that a sparse
 * histogram takes some dozens of bytes and no object of its own. A buddy system (Knowlton 1965, doi:10.1145/365628.365655): a block
 * is halved until it fits, and two free halves are one block again, as tables move up while histograms fill.
 *
 * A slot is one 32-bit word: the bucket's index plus one in the upper half (0: free), and the lower 16 bits of its count.
 */
const PAGE_WORDS = 4096;
/** Pages without tables that are kept for what comes next. */
const MOST_EMPTY_PAGES = 4;
/** End of a list of free blocks. */
const NONE = -1;

/** The words of a free block: a mark that no slot can have with its size, and the addresses of the next and the one before, plus one. */
const MARK = 0;
const NEXT = 1;
const PREVIOUS = 2;
const FREE = 0xffff0000;

/** Where a table lies. */
export interface BucketTable {
  readonly words: Uint32Array;
  /** Of the table's first word. */
  readonly offset: number;
  /** A power of two, at least 4. */
  readonly slots: number;
}

/** Hands out tables. */
export class BucketTables {
  private readonly pages: (Uint32Array | undefined)[] = [];
  private readonly numberOf: Map<Uint32Array, number> = new Map();
  /** Address of the first free block of each size. */
  private readonly firstFree: Map<number, number> = new Map();
  private emptyPages = 0;

  /** A table without entries. */
  allocate(slots: number): BucketTable {
    if (slots > PAGE_WORDS) return { words: new Uint32Array(slots), offset: 0, slots };
    let size = slots;
    while (size < PAGE_WORDS && this.firstOf(size) === NONE) size *= 2;
    if (this.firstOf(size) === NONE) this.addPage();
    const address = this.firstOf(size);
    this.unlink(address, size);
    while (size > slots) {
      size /= 2;
      this.link(address + size, size);
    }
    return { words: this.pageAt(address), offset: address % PAGE_WORDS, slots };
  }

  /** Whoever gives a table back must not write to it any more. */
  release({ words, offset, slots }: BucketTable): void {
    const number = this.numberOf.get(words);
    if (number === undefined) return;
    words.fill(0, offset, offset + slots);
    let address = number * PAGE_WORDS + offset;
    let size = slots;
    while (size < PAGE_WORDS && this.freeSizeAt(address ^ size) === size) {
      this.unlink(address ^ size, size);
      address = Math.min(address, address ^ size);
      size *= 2;
    }
    this.link(address, size);
    if (this.emptyPages > MOST_EMPTY_PAGES) this.dropPage(number);
  }

  private addPage(): void {
    const free = this.pages.indexOf(undefined);
    const number = free === NONE ? this.pages.length : free;
    const page = new Uint32Array(PAGE_WORDS);
    this.pages[number] = page;
    this.numberOf.set(page, number);
    this.link(number * PAGE_WORDS, PAGE_WORDS);
  }

  private dropPage(number: number): void {
    const address = number * PAGE_WORDS;
    if (this.freeSizeAt(address) !== PAGE_WORDS) return;
    this.unlink(address, PAGE_WORDS);
    this.numberOf.delete(this.pageAt(address));
    this.pages[number] = undefined;
  }

  private pageAt(address: number): Uint32Array {
    const page = this.pages[Math.floor(address / PAGE_WORDS)];
    if (page === undefined) throw new RangeError(`no page holds ${address}`);
    return page;
  }

  private firstOf(size: number): number {
    return this.firstFree.get(size) ?? NONE;
  }

  /** 0 where no free block begins. */
  private freeSizeAt(address: number): number {
    const mark = this.pageAt(address)[(address % PAGE_WORDS) + MARK] ?? 0;
    return mark > FREE ? mark - FREE : 0;
  }

  /** Puts a block at the head of the list of its size. */
  private link(address: number, size: number): void {
    const next = this.firstOf(size);
    this.pageAt(address).set([FREE + size, next + 1, NONE + 1], address % PAGE_WORDS);
    if (next !== NONE) this.pageAt(next)[(next % PAGE_WORDS) + PREVIOUS] = address + 1;
    this.firstFree.set(size, address);
    if (size === PAGE_WORDS) this.emptyPages += 1;
  }

  private unlink(address: number, size: number): void {
    const page = this.pageAt(address);
    const start = address % PAGE_WORDS;
    const next = (page[start + NEXT] ?? 0) - 1;
    const previous = (page[start + PREVIOUS] ?? 0) - 1;
    if (previous === NONE) this.firstFree.set(size, next);
    else this.pageAt(previous)[(previous % PAGE_WORDS) + NEXT] = next + 1;
    if (next !== NONE) this.pageAt(next)[(next % PAGE_WORDS) + PREVIOUS] = previous + 1;
    page.fill(0, start, start + PREVIOUS + 1);
    if (size === PAGE_WORDS) this.emptyPages -= 1;
  }
}
