/** Bounds how many refreshes run at once in a cache: a source that just got slow must not get all of them together. */
export class RefreshSlots {
  private free: number;

  constructor(most: number) {
    this.free = most;
  }

  /** Whether one more may start. */
  take(): boolean {
    if (this.free === 0) return false;
    this.free -= 1;
    return true;
  }

  give(): void {
    this.free += 1;
  }
}
