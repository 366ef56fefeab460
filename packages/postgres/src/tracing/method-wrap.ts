export type Method = (this: unknown, ...values: unknown[]) => unknown;

/** Whether a wrapper still does more than pass on. */
export interface Wrapping {
  isOn: boolean;
}

/**
 * Puts a method in place of another.
 *
 * @param instead makes it from the original, which it must call, and do nothing else while the wrapping is off
 * @returns puts the original back; where somebody has wrapped ours meanwhile, ours stays beneath and only passes on
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

/** Calls with as many arguments as the caller gave: another wrapper beneath may count them. */
export function callAlike(
  original: Method,
  holder: unknown,
  count: number,
  first: unknown,
  second: unknown,
  third: unknown,
): unknown {
  if (count === 2) return original.call(holder, first, second);
  if (count < 2) return original.call(holder, first);
  return original.call(holder, first, second, third);
}

export function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}
