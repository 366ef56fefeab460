import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { EventEmitter } from "node:events";
import { promiseHooks } from "node:v8";
import type { Courses, Exchange } from "./courses.ts";
import type { OpenRequest } from "./open-request.ts";

/** Where a promise keeps in the course of which request it was made. */
const COURSE = Symbol("streamgate.course");

type Followed = Promise<unknown> & { [COURSE]?: OpenRequest };

/**
 * Follows promises only, `await` among them, by the hooks that V8 has for that: a promise remembers the request in whose course it was made, and
 * its reactions run in that. A served request's events are in its course, too. Timers and the callbacks of others are in nobody's: to
 * follow these, Node.js looks at every resource that it makes, which is most of what its AsyncLocalStorage costs before version 24.
 */
export class PromiseCourses implements Courses {
  private course: OpenRequest | undefined = undefined;
  private stopHooks: (() => void) | undefined = undefined;

  current(): OpenRequest | undefined {
    return this.course;
  }

  run<Result>(request: OpenRequest, work: () => Result): Result {
    this.follow();
    const outer = this.course;
    this.course = request;
    try {
      return work();
    } finally {
      this.course = outer;
    }
  }

  enter(request: OpenRequest, exchange: Exchange): void {
    this.follow();
    this.course = request;
    // The server's turn ends where its promises' reactions begin.
    queueMicrotask(() => {
      this.course = undefined;
    });
    this.runEventsIn(request, exchange.request);
    this.runEventsIn(request, exchange.response);
  }

  enterBetween(
    { start, end }: { readonly start: string; readonly end: string },
    courseOf: (message: unknown) => OpenRequest | undefined,
  ): () => void {
    const outer: (OpenRequest | undefined)[] = [];
    const onStart = (message: unknown): void => {
      this.follow();
      const course = courseOf(message);
      outer.push(this.course);
      this.course = course;
    };
    const onEnd = (): void => {
      this.course = outer.pop();
    };
    subscribe(start, onStart);
    subscribe(end, onEnd);
    return () => {
      unsubscribe(start, onStart);
      unsubscribe(end, onEnd);
    };
  }

  rest(): void {
    this.course = undefined;
    this.stopHooks?.();
    this.stopHooks = undefined;
  }

  private follow(): void {
    this.stopHooks ??= promiseHooks.createHook({
      init: (promise: Promise<unknown>) => {
        if (this.course !== undefined) (promise as Followed)[COURSE] = this.course;
      },
      before: (promise: Promise<unknown>) => {
        this.course = (promise as Followed)[COURSE];
      },
      after: () => {
        this.course = undefined;
      },
    }) as () => void;
  }

  /** The body of a request arrives in turns of the socket. */
  private runEventsIn(request: OpenRequest, emitter: EventEmitter): void {
    const emit = emitter.emit.bind(emitter);
    emitter.emit = (...event) => this.run(request, () => emit(...event));
  }
}
