import type { BusListener, BusMessage } from "../bus.ts";

/** What a check read from the server, in one instant. */
export interface StreamCheck {
  readonly generation: string;
  /** The number of the newest message. */
  readonly last: number;
}

/** One entry of the stream; its id on the server is its number. */
export interface StreamEntry {
  /** NaN when the id is none of ours. */
  readonly number: number;
  readonly process: string;
  /** `ask`: says nothing, but wants to be acknowledged. Undefined: unreadable. */
  readonly said: BusMessage | "ask" | undefined;
}

interface Grant {
  readonly last: number;
  readonly untilMs: number;
}

/**
 * How far a process has heard the stream, and what follows from it: messages in their order, trust once all that
 * a check knew of has been heard, and loss when a message is not the next one. Numbers are the only proof:
 * they survive a stream that was trimmed, deleted or evicted, and a server whose clock jumped. The
 * invariants are in `docs/math.md`.
 */
export class StreamPosition {
  readonly #process: string;
  readonly #listener: BusListener;
  readonly #leaseMs: number;
  #generation: string | undefined;
  #heard = 0;
  #newest = 0;
  #grants: Grant[] = [];
  #isBroken = false;
  #isAsked = false;

  constructor(process: string, listener: BusListener, leaseMs: number) {
    this.#process = process;
    this.#listener = listener;
    this.#leaseMs = leaseMs;
  }

  /** Undefined before the first check. */
  get generation(): string | undefined {
    return this.#generation;
  }

  /** The number of the last message that was heard. */
  get heard(): number {
    return this.#heard;
  }

  /** Whether messages are known that have not been heard. */
  get isBehind(): boolean {
    return this.#newest > this.#heard;
  }

  /** Whether the messages that follow cannot be had; the next check takes up a new position. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Whether somebody waits for an acknowledgement, which the next check gives. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** @param sentAtMs when the check was sent, by the monotonic clock: the lease begins there */
  checked(check: StreamCheck, sentAtMs: number): void {
    this.#isAsked = false;
    if (check.generation !== this.#generation || this.#isBroken || check.last < this.#heard)
      this.#settleAnew(check);
    this.#newest = Math.max(this.#newest, check.last);
    this.#grants = this.#grants.filter(({ untilMs }) => untilMs > sentAtMs);
    this.#grants.push({ last: check.last, untilMs: sentAtMs + this.#leaseMs });
    this.#trust();
  }

  /** Hears what was read after the present position; nothing at all proves a gap when messages are known. */
  read(entries: readonly StreamEntry[]): void {
    if (entries.length === 0 && this.isBehind) this.#isBroken = true;
    for (const entry of entries) {
      if (this.#isBroken) return;
      this.#hear(entry);
    }
    if (!this.#isBroken) this.#trust();
  }

  #hear({ number, process, said }: StreamEntry): void {
    if (number !== this.#heard + 1 || said === undefined) {
      this.#isBroken = true;
      return;
    }
    if (said === "ask") this.#isAsked ||= process !== this.#process;
    else if (process !== this.#process) this.#tell(said);
    this.#heard = number;
  }

  /** A message that the listener chokes on counts as not heard, and is forgotten with all the rest. */
  #tell(message: BusMessage): void {
    try {
      this.#listener.heard(message);
    } catch {
      this.#isBroken = true;
    }
  }

  #settleAnew(check: StreamCheck): void {
    const isSameServer = this.#generation === undefined || this.#generation === check.generation;
    this.#listener.lost(isSameServer && check.last >= this.#heard ? "gap" : "generation");
    this.#generation = check.generation;
    this.#heard = check.last;
    this.#newest = check.last;
    this.#grants = [];
    this.#isBroken = false;
  }

  #trust(): void {
    const earned = this.#grants.filter(({ last }) => last <= this.#heard);
    if (earned.length === 0) return;
    this.#grants = this.#grants.filter(({ last }) => last > this.#heard);
    this.#listener.trusted(Math.max(...earned.map(({ untilMs }) => untilMs)));
  }
}
