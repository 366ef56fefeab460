import { messageOf } from "@streamgate/core";
import { cloneValue } from "./clone.ts";
import { DEFAULT_MAX_VALUE_BYTES } from "./limits.ts";
import { ProtectWalk } from "./protect-walk.ts";
import { describeRefusal, type RefusalKind } from "./refusal.ts";
import { sizeOf } from "./size-of.ts";

/**
 * How a value lies in memory. `frozen`: one deeply frozen object, or a primitive, is handed to all.
 * `cloned`: it is private, and everybody gets a copy by `cloneValue`. `shared`: by reference, unguarded.
 */
type Sharing = "frozen" | "cloned" | "shared";

/** A value that may be kept, or why it may not. */
export type Protection = Protected | Refused;

export interface Protected {
  readonly isStorable: true;
  /** Belongs to the cache alone, unless it is `shared`. */
  readonly value: unknown;
  readonly sharing: Sharing;
  /** Whether it is equal to what JSON makes of it. */
  readonly isPlainJson: boolean;
  /** What it takes in the heap and beside it, in bytes, by estimate. */
  readonly sizeBytes: number;
}

export interface Refused {
  readonly isStorable: false;
  readonly kind: RefusalKind;
  /** From `$`, the value itself: `$.user.save`. */
  readonly path: string;
  /** A sentence: `$.user.save is a function`. */
  readonly reason: string;
}

export interface ProtectOptions {
  /**
   * `frozen` freezes what can be frozen, and falls back on `cloned` for values that hold a Date, a Map, a
   * Set, a RegExp or bytes. `cloned` always copies, so that callers may change what they get.
   * @default "frozen"
   */
  readonly sharing?: "frozen" | "cloned";
  /** A larger value, by estimate and in bytes, is refused. @default 268435456 (256 MiB) */
  readonly maxBytes?: number;
}

/**
 * Makes a loaded value safe to keep and to share. What the caller handed in stays as it was, unfrozen,
 * and later changes to it are not seen. Never throws. Properties that are not enumerable are left out, and
 * one object met twice may become two.
 *
 * @example
 * ```ts
 * import { protectValue } from "@streamgate/cache";
 * protectValue({ user: { save() {} } }); // { isStorable: false, reason: "$.user.save is a function", … }
 * ```
 */
export function protectValue(value: unknown, options: ProtectOptions = {}): Protection {
  const walk = new ProtectWalk({
    freezes: options.sharing !== "cloned",
    isFresh: false,
    maxBytes: options.maxBytes ?? DEFAULT_MAX_VALUE_BYTES,
  });
  return guarded(walk, () => {
    const kept = walk.visit(value, 0);
    return walk.isFreezable || walk.refusal !== undefined ? kept : cloneValue(value);
  });
}

/**
 * The same for a value that `decodeValue` just gave. Nobody else has it, so it is frozen where it stands
 * and not copied.
 */
export function protectDecoded(value: unknown, options: ProtectOptions = {}): Protection {
  const walk = new ProtectWalk({
    freezes: options.sharing !== "cloned",
    isFresh: true,
    maxBytes: options.maxBytes ?? DEFAULT_MAX_VALUE_BYTES,
  });
  return guarded(walk, () => {
    walk.visit(value, 0);
    return walk.hasBorrowedBytes && walk.refusal === undefined ? cloneValue(value) : value;
  });
}

/** Keeps a value by reference, of whatever kind: who changes it, changes it for all. */
export function shareValue(value: unknown): Shared {
  return { value, sharing: "shared", sizeBytes: sizeOf(value) };
}

/** A value that is kept by reference; whether it can be encoded, `protectValue` tells. */
export interface Shared {
  readonly value: unknown;
  readonly sharing: "shared";
  readonly sizeBytes: number;
}

function guarded(walk: ProtectWalk, run: () => unknown): Protection {
  try {
    const value = run();
    if (walk.refusal !== undefined) return refusedAt(walk.refusal);
    const isPrimitive = typeof value !== "object" || value === null;
    const { isPlainJson, sizeBytes } = walk;
    const sharing = walk.isFreezable || isPrimitive ? "frozen" : "cloned";
    return { isStorable: true, value, sharing, isPlainJson, sizeBytes };
  } catch (thrown) {
    // A proxy's trap, a detached buffer, or a stack that was nearly full when we came.
    const reason = `$ could not be read: ${messageOf(thrown)}`;
    return { isStorable: false, kind: "unreadable", path: "$", reason };
  }
}

function refusedAt(refusal: NonNullable<ProtectWalk["refusal"]>): Refused {
  const { kind, className, steps } = refusal;
  const path = `$${steps.toReversed().join("")}`;
  return { isStorable: false, kind, path, reason: describeRefusal(kind, path, className) };
}
