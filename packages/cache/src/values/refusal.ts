/** Why a value cannot be stored. */
export type RefusalKind =
  | "function"
  | "symbol"
  | "symbol-key"
  | "accessor"
  | "extra-property"
  | "class-instance"
  | "cycle"
  | "too-sparse"
  | "too-deep"
  | "too-large"
  | "unreadable";

const CLAIMS: Readonly<Record<Exclude<RefusalKind, "class-instance">, string>> = {
  function: "is a function",
  symbol: "is a symbol",
  "symbol-key": "has a property whose key is a symbol",
  accessor: "is a getter or setter",
  "extra-property": "has properties beside its content",
  cycle: "contains itself",
  "too-sparse": "is an array with more than a million holes",
  "too-deep": "is nested too deep",
  "too-large": "makes the value larger than is allowed",
  unreadable: "could not be read",
};

/** One sentence on what stands at `path`, such as `$.user.save is a function`. */
export function describeRefusal(kind: RefusalKind, path: string, className?: string): string {
  if (kind === "class-instance") return `${path} is an instance of ${className ?? "a class"}`;
  return `${path} ${CLAIMS[kind]}`;
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** The step from an object to one of its properties. */
export function propertyStep(key: string): string {
  return NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** What an object says it is an instance of; nothing of it is called. */
export function classNameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return "a class";
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof made !== "function") return "a class";
  const name: unknown = Object.getOwnPropertyDescriptor(made, "name")?.value;
  return typeof name === "string" && name !== "" ? name : "a class";
}
