import type { Clock } from "@streamgate/core";
import type { RedisClient } from "../../redis/client.ts";
import type { RedisKeys } from "../../redis/keys.ts";
import { runScript } from "../../redis/script.ts";
import { ROLL_CALL, STRIKE_OFF } from "./append.ts";
import { answerUnreadable } from "./errors.ts";
import { pause } from "./pause.ts";

/** A message that is in the stream. */
export interface Sent {
  readonly generation: string;
  readonly number: number;
  /** The longest lease that anybody may hold. */
  readonly leaseMs: number;
  /** When Redis had acknowledged it at the latest, by the monotonic clock. */
  readonly atMs: number;
}

/** What a roll call found. */
interface Roll {
  readonly generation: string;
  /** How long the roll has been kept, by the server's clock; -1 when there is none. */
  readonly ageMs: number;
  readonly missing: readonly Missing[];
}

/** A process that may hold a lease and has not acknowledged all that was asked for. */
interface Missing {
  readonly process: string;
  /** As the server writes it. */
  readonly leaseEnds: string;
  readonly heard: number;
}

export interface RollCallParts {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  readonly process: string;
  readonly streamLength: number;
}

/** Clocks of two machines are taken to run at rates that differ by less than this; chrony slews by at most 8.3 %. */
const DRIFT = 0.1;
const LONGEST_PAUSE_MS = 25;

interface Waiter {
  readonly sent: Sent;
  readonly everyoneHeard: () => void;
  /** Found by the first call after the message was sent. */
  missing: readonly Missing[] | undefined;
}

/**
 * Waits until every process has heard a message or can trust its memory no more. Whoever acknowledged has heard it;
 * whoever has not holds at most a lease that began before the message, and that ends on any clock within
 * a lease and its drift from now. So a wait ends even if Redis never answers again. The invariants
 * are in `docs/math.md`.
 */
export class RollCall {
  readonly #parts: RollCallParts;
  readonly #waiters = new Set<Waiter>();
  #isCalling = false;

  constructor(parts: RollCallParts) {
    this.#parts = parts;
  }

  async everywhere(sent: Sent): Promise<void> {
    const { clock } = this.#parts;
    const lapsed = new AbortController();
    const restMs = sent.atMs + sent.leaseMs * (1 + DRIFT) - clock.monotonicMs();
    const leasesLapse = pause(clock, Math.max(0, restMs), lapsed.signal);
    const waiter: Waiter = { sent, everyoneHeard: () => lapsed.abort(), missing: undefined };
    this.#waiters.add(waiter);
    void this.#callUntilHeard();
    await leasesLapse;
    this.#waiters.delete(waiter);
    if (!lapsed.signal.aborted) void this.#strikeOff(waiter.missing ?? []);
  }

  /** One loop for all who wait; the pauses grow while nobody joins. */
  async #callUntilHeard(): Promise<void> {
    if (this.#isCalling) return;
    this.#isCalling = true;
    let pauseMs = 1;
    while (this.#waiters.size > 0) {
      const waiters = [...this.#waiters];
      const isAsking = waiters.some(({ missing }) => missing === undefined);
      pauseMs = isAsking ? 1 : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      await this.#call(waiters, isAsking);
      if (this.#waiters.size > 0) await this.#parts.clock.sleep(pauseMs);
    }
    this.#isCalling = false;
  }

  async #call(waiters: readonly Waiter[], isAsking: boolean): Promise<void> {
    const { client, keys, process, streamLength } = this.#parts;
    const newest = waiters.at(-1)?.sent;
    if (newest === undefined) return;
    const highest = Math.max(...waiters.map(({ sent }) => sent.number));
    const names = [keys.state, keys.leases, keys.acknowledgements, keys.stream];
    const args = [process, newest.generation, highest, isAsking ? 1 : 0, streamLength];
    try {
      const roll = parseRoll(await runScript(client, ROLL_CALL, names, args));
      for (const waiter of waiters) {
        waiter.missing ??= roll.missing;
        if (!hasEveryoneHeard(waiter.sent, roll)) continue;
        this.#waiters.delete(waiter);
        waiter.everyoneHeard();
      }
    } catch {
      // Then the leases lapse; that needs no Redis.
    }
  }

  /** The next wait need not wait for those who are gone. Who has checked since stays on the roll. */
  async #strikeOff(missing: readonly Missing[]): Promise<void> {
    if (missing.length === 0) return;
    const { client, keys } = this.#parts;
    const pairs = missing.flatMap(({ process, leaseEnds }) => [process, leaseEnds]);
    try {
      await runScript(client, STRIKE_OFF, [keys.leases, keys.acknowledgements], pairs);
    } catch {
      // They stay on the roll, and cost the next wait a lease again.
    }
  }
}

/** A roll younger than a lease may have lost somebody who still holds one; one of another generation proves nothing. */
function hasEveryoneHeard(sent: Sent, { generation, ageMs, missing }: Roll): boolean {
  if (generation !== sent.generation || ageMs < sent.leaseMs) return false;
  return missing.every(({ heard }) => heard >= sent.number);
}

function parseRoll(answer: unknown): Roll {
  const [generation, age, ...rest] = Array.isArray(answer) ? answer.map(String) : [];
  if (generation === undefined || age === undefined || Number.isNaN(Number(age)))
    throw answerUnreadable("call the roll of processes that follow the stream");
  const missing: Missing[] = [];
  for (let index = 0; index + 2 < rest.length; index += 3) {
    const [process = "", leaseEnds = "", heard] = rest.slice(index, index + 3);
    missing.push({ process, leaseEnds, heard: Number(heard) });
  }
  return { generation, ageMs: Number(age), missing };
}
