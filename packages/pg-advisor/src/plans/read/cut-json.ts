import { planTruncated, planUnreadable } from "../errors.ts";
import type { Properties } from "../tree/explained-plan.ts";
import { isProperties } from "../tree/read-properties.ts";

const NODE_NAME = '"Node Type"';
const BEGINNING = /^[ \t]*(?:QUERY PLAN[ \t]*\|?[ \t]*)?(?=[[{])/gm;
/** Numbers of 64 bits, which JavaScript's would round. */
const QUERY_ID = /("Query Identifier":\s*)(-?\d{16,20})\b/g;

/**
 * The plans of EXPLAIN (FORMAT JSON) in a text, other words around them left out; none where the text has no JSON of a plan.
 *
 * @throws StreamGateError `SG_PG_PLAN_TRUNCATED`, `SG_PG_PLAN_UNREADABLE`
 */
export function cutJson(text: string): readonly Properties[] {
  if (!text.includes(NODE_NAME)) return [];
  const found: Properties[] = [];
  let end = 0;
  for (const { index, 0: margin } of text.matchAll(BEGINNING)) {
    const start = index + margin.length;
    if (start < end) continue;
    const close = closeOf(text, start);
    if (close === null) {
      if (!text.slice(start).includes(NODE_NAME)) break;
      throw planTruncated("its JSON does not close all the brackets that it opens");
    }
    end = close + 1;
    const json = text.slice(start, end);
    if (json.includes(NODE_NAME)) found.push(...plansOf(parse(json)));
  }
  return found;
}

function plansOf(value: unknown): readonly Properties[] {
  const objects = Array.isArray(value) ? value : [value];
  return objects.filter(isProperties).flatMap((object) => {
    // As a client that keeps rows: `[{"QUERY PLAN": [{"Plan": …}]}]`.
    const inner = object["QUERY PLAN"];
    if (inner !== undefined) return plansOf(typeof inner === "string" ? parse(inner) : inner);
    return isProperties(object.Plan) || "Node Type" in object ? [object] : [];
  });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json.replace(QUERY_ID, '$1"$2"'));
  } catch (cause) {
    throw planUnreadable(cause, "its JSON is broken");
  }
}

/** Where the bracket at `start` closes; null where it does not. */
function closeOf(text: string, start: number): number | null {
  let depth = 0;
  let isWithinString = false;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isWithinString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isWithinString = false;
    } else if (code === QUOTE) isWithinString = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return null;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
