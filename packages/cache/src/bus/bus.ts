/**
 * Tells all processes of a cache what was invalidated, and proves to each for how long it may trust
 * its memory: as long as it can show that it has heard everything said until `lease` ago.
 */
export interface Bus {
  /** Starts to follow; `listener` hears everything that other processes publish from now on. */
  open(listener: BusListener): Promise<void>;
  /**
   * Resolves once every process that follows is bound to hear the message. Its own process hears it
   * not: the cache has already done at home what it says.
   */
  publish(message: BusMessage): Promise<Published>;
  close(): Promise<void>;
}

/** What a process is told. Calls come in the order of publication and must not throw. */
export interface BusListener {
  heard(message: BusMessage): void;
  /** Everything published before `atMs` of the monotonic clock has been heard; memory may be trusted until `untilMs`. */
  trusted(untilMs: number): void;
  /** Messages may have been lost for good: nothing that memory holds may be trusted again. */
  lost(reason: BusLoss): void;
}

/** `gap`: messages were trimmed before they were read. `generation`: the server lost what it had acknowledged. */
export type BusLoss = "gap" | "generation";

export interface BusMessage {
  /** Invalidated tags, implicit ones of keys (`#resource:id`) and namespaces (`@resource`) too. */
  readonly tags: readonly string[];
  /** Ids that now exist, by namespace, for the filters of known ids. */
  readonly added?: { readonly namespace: string; readonly ids: readonly string[] };
}

export interface Published {
  /** Resolves once every process that held a lease has heard the message, or its lease has lapsed. */
  everywhere(): Promise<void>;
}
