import type { Id } from "../memory/memory-index.ts";
import type { LoadContext } from "./load-context.ts";

/** What a loader of many is told, and may tell. */
export interface BatchLoadContext {
  readonly signal: AbortSignal;
  /** Names tags of one of the values that only the loader can know. */
  tag(id: Id, ...tags: readonly string[]): void;
}

/** Gets the values of ids that no tier had; ids without a value are left out of its answer. */
export type BatchLoader<Value> = (
  ids: readonly Id[],
  context: BatchLoadContext,
) => Promise<ReadonlyMap<Id, Value>> | ReadonlyMap<Id, Value>;

interface Asked<Value> {
  readonly context: LoadContext;
  readonly resolve: (value: Value | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the loads of many flights into one call. It waits until every flight has either found its value or asked for it, but
 * not longer than `patienceMs` after the first asked: one that waits for another process must not hold up the rest.
 */
export class BatchLoad<Value> {
  private readonly load: BatchLoader<Value>;
  private readonly patienceMs: number;
  private pending: number;
  private asked = new Map<Id, Asked<Value>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(load: BatchLoader<Value>, flights: number, patienceMs: number) {
    this.load = load;
    this.pending = flights;
    this.patienceMs = patienceMs;
  }

  /** The loader of one flight. */
  ask(id: Id, context: LoadContext): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      this.asked.set(id, { context, resolve, reject });
      this.timer ??= setTimeout(() => this.send(), this.patienceMs);
      this.settled();
    });
  }

  /** A flight has asked, or has ended without asking. */
  settled(): void {
    this.pending -= 1;
    if (this.pending <= 0 && this.asked.size > 0) this.send();
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const asked = this.asked;
    this.asked = new Map();
    this.call(asked).catch((error: unknown) => {
      for (const { reject } of asked.values()) reject(error);
    });
  }

  private async call(asked: ReadonlyMap<Id, Asked<Value>>): Promise<void> {
    const contexts = [...asked.values()].map(({ context }) => context);
    const values = await this.load([...asked.keys()], {
      signal: AbortSignal.any(contexts.map(({ signal }) => signal)),
      tag: (id, ...tags) => asked.get(id)?.context.tag(...tags),
    });
    for (const [id, { resolve }] of asked) resolve(values.get(id));
  }
}
