import type { Clock, Random } from "@streamgate/core";
import type { RedisClient } from "../../redis/client.ts";
import type { RedisKeys } from "../../redis/keys.ts";
import type { BusListener } from "../bus.ts";
import { CHECK, checkArguments, parseCheck } from "./check.ts";
import { FollowerConnection } from "./connection.ts";
import { pause } from "./pause.ts";
import { parseEntries, readArguments } from "./read-stream.ts";
import { StreamPosition } from "./stream-position.ts";

export interface FollowerParts {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly leaseMs: number;
  /** The name of this process on the bus. */
  readonly process: string;
}

/** A lease is renewed this often while it lasts. */
const CHECKS_A_LEASE = 4;
/** A server that is silent for so many looks of the watch is given up; one that is being connected to has more time. */
const SILENT_LOOKS = 4;
const SILENT_LOOKS_CONNECTING = 8;
const SHORTEST_LOOK_MS = 125;
const FIRST_PAUSE_MS = 10;

/** Follows the stream until it is stopped, over as many connections as that takes. */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #position: StreamPosition;
  readonly #stop = new AbortController();
  readonly #renewalMs: number;
  #connection: FollowerConnection | undefined;
  #failures = 0;
  #settled: () => void = () => {};

  constructor(parts: FollowerParts, listener: BusListener) {
    this.#parts = parts;
    this.#position = new StreamPosition(parts.process, listener, parts.leaseMs);
    this.#renewalMs = Math.max(1, Math.floor(parts.leaseMs / CHECKS_A_LEASE));
  }

  /** Begins to follow; resolves when a position was taken up, or after one lease, whichever is first. Never rejects. */
  async start(): Promise<void> {
    const { clock, leaseMs } = this.#parts;
    const isSettled = new Promise<void>((resolve) => {
      this.#settled = resolve;
    });
    void this.#follow();
    void this.#watch();
    const patience = new AbortController();
    await Promise.race([isSettled, pause(clock, leaseMs, patience.signal)]);
    patience.abort();
  }

  /** Ends at once; nothing is told to the listener after this. */
  stop(): void {
    this.#stop.abort();
    this.#connection?.drop("the bus was closed");
    this.#settled();
  }

  async #follow(): Promise<void> {
    const { client, clock } = this.#parts;
    while (!this.#stop.signal.aborted) {
      try {
        this.#connection = new FollowerConnection(client);
        await this.#converse(this.#connection);
      } catch {
        // Whatever it was: the lease is not renewed, and a new connection is the remedy for all of it.
      }
      this.#connection?.drop("it failed");
      this.#failures += 1;
      await pause(clock, this.#pauseMs(), this.#stop.signal);
    }
  }

  /** Checks at every renewal and whenever somebody asks or the position broke; reads for the rest of the time. */
  async #converse(connection: FollowerConnection): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stop;
    let nextCheckMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const nowMs = clock.monotonicMs();
      const { isAsked, isBroken, isBehind } = this.#position;
      if (isAsked || isBroken || nowMs >= nextCheckMs) {
        if (isBroken && this.#failures > 0) await pause(clock, this.#pauseMs(), signal);
        await this.#check(connection);
        nextCheckMs = nowMs + this.#renewalMs;
      } else {
        await this.#read(connection, isBehind ? undefined : Math.ceil(nextCheckMs - nowMs));
      }
    }
  }

  async #check(connection: FollowerConnection): Promise<void> {
    const { clock, keys, leaseMs, process } = this.#parts;
    const sentAtMs = clock.monotonicMs();
    const names = [keys.state, keys.leases, keys.acknowledgements, keys.stream];
    const answer = await connection.run(
      CHECK,
      names,
      checkArguments(process, leaseMs, this.#position),
    );
    const check = parseCheck(answer);
    if (this.#stop.signal.aborted) return;
    this.#position.checked(check, sentAtMs);
    this.#settled();
  }

  async #read(connection: FollowerConnection, blockMs: number | undefined): Promise<void> {
    const { stream } = this.#parts.keys;
    const answer = await connection.send(
      "XREAD",
      ...readArguments(stream, this.#position.heard, blockMs),
    );
    const entries = parseEntries(answer);
    if (this.#stop.signal.aborted) return;
    this.#position.read(entries);
    this.#failures = this.#position.isBroken ? this.#failures + 1 : 0;
  }

  /**
   * Gives up a connection on which nothing comes. It counts looks, not time: a process that was
   * stopped or busy misses one look, and does not blame the server for it.
   */
  async #watch(): Promise<void> {
    const { clock, leaseMs } = this.#parts;
    const lookMs = Math.max(SHORTEST_LOOK_MS, leaseMs / SILENT_LOOKS);
    let watched: FollowerConnection | undefined;
    let answers = 0;
    let silentLooks = 0;
    while (!this.#stop.signal.aborted) {
      await pause(clock, lookMs, this.#stop.signal);
      const present = this.#connection;
      if (present === undefined) continue;
      const isSilent = present === watched && present.answers === answers;
      watched = present;
      answers = present.answers;
      silentLooks = isSilent ? silentLooks + 1 : 0;
      if (silentLooks >= (answers === 0 ? SILENT_LOOKS_CONNECTING : SILENT_LOOKS))
        present.drop("the server was silent");
    }
  }

  /** Grows with every failure up to half a lease, and is spread so that processes do not come back together. */
  #pauseMs(): number {
    const { leaseMs, random } = this.#parts;
    const longestMs = Math.min(leaseMs / 2, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 20));
    return longestMs * (0.5 + random.next() / 2);
  }
}
