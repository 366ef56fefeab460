import { type Deferred, deferred } from "../loading/deferred.ts";

/**
 * Bounds how many loads of a warm-up run at once. Its workers do most of that by waiting; but where a stale value was at
 * hand they get that, and the load goes on behind it: the gate counts these too.
 */
export class LoadGate {
  private readonly waiting: Deferred<void>[] = [];
  private free: number;

  constructor(most: number) {
    this.free = most;
  }

  async enter(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    const turn = deferred<void>();
    this.waiting.push(turn);
    await turn.promise;
  }

  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next.resolve();
  }
}
