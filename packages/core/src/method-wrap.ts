/** A method of any object. */
export type Method = (this: unknown, ...values: unknown[]) => unknown;

/** Whether a wrapper still does more than pass on. */
export interface Wrapping {
  isOn: boolean;
}

/**
 * Puts a method in place of another, for as long as something is to be watched.
 *
 * @param holder an object or a prototype; nothing happens where it has no such method
 * @param instead makes it from the original, which it must call, and do nothing else while the wrapping is off
 * @returns puts the original back; where somebody has wrapped ours meanwhile, ours stays beneath and only passes on
 * @example
 * ```ts
 * import { wrapMethod } from "@streamgate/core";
 * let calls = 0;
 * const unwrap = wrapMethod(Array.prototype, "at", (original, wrapping) => {
 *   return function at(this: unknown, ...values: unknown[]): unknown {
 *     if (wrapping.isOn) calls += 1;
 *     return original.apply(this, values);
 *   };
 * });
 * unwrap();
 * ```
 */
export function wrapMethod(
  holder: object,
  name: string,
  instead: (original: Method, wrapping: Wrapping) => Method,
): () => void {
  const original: unknown = Reflect.get(holder, name);
  if (!isMethod(original)) return () => undefined;
  const own = Object.getOwnPropertyDescriptor(holder, name);
  const wrapping: Wrapping = { isOn: true };
  const wrapped = instead(original, wrapping);
  Object.defineProperty(holder, name, {
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
    value: wrapped,
  });
  return () => {
    wrapping.isOn = false;
    if (Reflect.get(holder, name) !== wrapped) return;
    if (own === undefined) Reflect.deleteProperty(holder, name);
    else Object.defineProperty(holder, name, own);
  };
}

/** Whether a value can be called. */
export function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}
