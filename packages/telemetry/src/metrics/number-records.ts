/** Records of a few doubles each, side by side in pages that many series share: no object of the collector's for any of them. */
const RECORDS_PER_PAGE = 256;

/** Where a record lies. */
export interface NumberRecord {
  readonly page: Float64Array;
  /** Of the record's first number in the page. */
  readonly offset: number;
}

/** Hands out records of one width. */
export class NumberRecords {
  private readonly width: number;
  private page: Float64Array = new Float64Array(0);
  private next = 0;
  private readonly free: NumberRecord[] = [];

  /** @param width numbers in a record */
  constructor(width: number) {
    this.width = width;
  }

  /** A record of zeros. */
  allocate(): NumberRecord {
    const reused = this.free.pop();
    if (reused !== undefined) return reused;
    if (this.next === this.page.length) {
      this.page = new Float64Array(RECORDS_PER_PAGE * this.width);
      this.next = 0;
    }
    const offset = this.next;
    this.next += this.width;
    return { page: this.page, offset };
  }

  /** Whoever gives a record back must not write to it any more. */
  release(record: NumberRecord): void {
    record.page.fill(0, record.offset, record.offset + this.width);
    this.free.push(record);
  }
}
