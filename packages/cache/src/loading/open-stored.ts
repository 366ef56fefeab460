import { messageOf } from "@streamgate/core";
import { ENTRY_FLAGS } from "../memory/entry-columns.ts";
import type { StoredValue } from "../tiers/tier.ts";
import type { LoadWorld } from "./load-world.ts";
import type { Held } from "./value-form.ts";

/** Larger values are not asked whether they mean that nothing exists. */
const LONGEST_ABSENT_BYTES = 64;

/** Undefined where the bytes are corrupt, or of an encoding that this process does not know: a miss. */
export function openStored(
  world: LoadWorld,
  key: string,
  { payload }: StoredValue,
): Held | undefined | Promise<Held | undefined> {
  const fail = (error: unknown): undefined => {
    world.record.refused(key, messageOf(error));
    return undefined;
  };
  try {
    const held = world.form.open(payload, world.ttlOf("memory") > 0);
    return held instanceof Promise ? held.catch(fail) : held;
  } catch (error) {
    return fail(error);
  }
}

/** The flags of a stored value in memory. "There is none" is a few bytes, however memory holds it. */
export function flagsOf(world: LoadWorld, { payload }: StoredValue, held: Held): number {
  const { value, flags } = held;
  const isAbsent =
    payload.bytes.length <= LONGEST_ABSENT_BYTES &&
    world.options.isAbsent(world.form.share(value, flags));
  return flags | (isAbsent ? ENTRY_FLAGS.absent : 0);
}
