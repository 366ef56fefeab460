import type { ValueFamily } from "./immutable-expression.ts";
import type { TypeFamily } from "./type-family.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);
const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "^"]);
const PATTERNS: ReadonlySet<string> = new Set(["~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*"]);
const MEMBERSHIP: ReadonlySet<string> = new Set(["@>", "<@", "&&", "?", "?|", "?&"]);
const JSON_PARTS: Readonly<Record<string, "text" | "same">> = {
  "->": "same",
  "->>": "text",
  "#>": "same",
  "#>>": "text",
};

/** What an operator gives for two families; null where it is not known to be immutable. */
export function familyOfOperation(
  kind: string,
  operator: string,
  left: ValueFamily,
  right: ValueFamily,
): TypeFamily | null {
  if (kind === "AEXPR_OP_ANY" || kind === "AEXPR_OP_ALL") {
    return COMPARISONS.has(operator) && (right === "array" || right === "literal")
      ? "boolean"
      : null;
  }
  if (kind === "AEXPR_NULLIF") return isAlike(left, right) && left !== "literal" ? left : null;
  if (/^AEXPR_(NOT_)?BETWEEN/.test(kind)) return isAlike(left, right) ? "boolean" : null;
  if (COMPARISONS.has(operator)) return isAlike(left, right) ? "boolean" : null;
  const part = JSON_PARTS[operator];
  if (part !== undefined && (left === "json" || left === "jsonb")) {
    const isPath = operator.startsWith("#");
    const fits = isPath ? ["array", "literal"] : ["text", "number", "literal"];
    if (!fits.includes(right)) return null;
    return part === "text" ? "text" : left;
  }
  if (operator === "||") return concatenated(left, right);
  if (ARITHMETIC.has(operator)) return calculated(operator, left, right);
  if (PATTERNS.has(operator)) return isText(left) && isText(right) ? "boolean" : null;
  if (MEMBERSHIP.has(operator)) return isAlike(left, right) || left === "jsonb" ? "boolean" : null;
  return null;
}

/** A comparison of a date with an instant, say, depends on the time zone; one within a family never does. */
function isAlike(left: ValueFamily, right: ValueFamily): boolean {
  if (left === "other" || right === "other") return left === "literal" || right === "literal";
  return left === right || left === "literal" || right === "literal";
}

function isText(family: ValueFamily): boolean {
  return family === "text" || family === "literal";
}

/** `text || number` prints the number by settings. */
function concatenated(left: ValueFamily, right: ValueFamily): TypeFamily | null {
  if (isText(left) && isText(right)) return "text";
  const own = left === "literal" ? right : left;
  const canJoin = own === "jsonb" || own === "array" || own === "text search vector";
  return canJoin && isAlike(left, right) ? own : null;
}

function calculated(operator: string, left: ValueFamily, right: ValueFamily): TypeFamily | null {
  const isNumber = (family: ValueFamily): boolean => family === "number" || family === "literal";
  if (isNumber(left) && isNumber(right)) return "number";
  if (operator !== "+" && operator !== "-") return null;
  if (left === "timestamp" && right === "interval") return "timestamp";
  if (left === "date" && right === "number") return "date";
  return left === "timestamp" && right === "timestamp" && operator === "-" ? "interval" : null;
}
