import { AsyncLocalStorage } from "node:async_hooks";
import { channel } from "node:diagnostics_channel";
import type { Courses } from "./courses.ts";
import type { OpenRequest } from "./open-request.ts";

/** Follows promises, timers, callbacks and streams: whatever Node.js knows how to. */
export class StorageCourses implements Courses {
  private readonly storage = new AsyncLocalStorage<OpenRequest>();

  current(): OpenRequest | undefined {
    return this.storage.getStore();
  }

  run<Result>(request: OpenRequest, work: () => Result): Result {
    return this.storage.run(request, work);
  }

  enter(request: OpenRequest): void {
    this.storage.enterWith(request);
  }

  enterBetween(
    { start }: { readonly start: string },
    courseOf: (message: unknown) => OpenRequest | undefined,
  ): () => void {
    const started = channel(start);
    started.bindStore(this.storage, courseOf);
    return () => {
      started.unbindStore(this.storage);
    };
  }

  /** The next run turns it on again by itself. */
  rest(): void {
    this.storage.disable();
  }
}
