import { messageOf } from "@streamgate/core";

/** Work that nobody waits for until the cache is closed; what fails is told as a warning. */
export class BackgroundWork {
  private readonly running = new Set<Promise<unknown>>();
  private readonly warn: (warning: string) => void;

  constructor(warn: (warning: string) => void) {
    this.warn = warn;
  }

  track(work: Promise<unknown>): void {
    const done = work.catch((error: unknown) => this.warn(messageOf(error)));
    this.running.add(done);
    void done.finally(() => this.running.delete(done));
  }

  /** Resolves when what runs now has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.running);
  }
}
