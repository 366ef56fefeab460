import { keyHash } from "../../packages/cache/src/memory/key-hash.ts";

const NAMESPACE = 1;

/** The hash that the cache gives to a trace's key. */
export function keyHashOf(key: number): number {
  return keyHash(NAMESPACE, key);
}
