import { FIRST_PAGE, type Page, type PageStart } from "../queries/page.ts";
import { ApiProblem } from "./problem.ts";

const OFFSET_LIMIT = 1_000_000;

function writePageToken(start: PageStart): string {
  const value = start.kind === "offset" ? start.offset : start.key;
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/**
 * Reads a token of either kind, so that a client may go on when a switch was turned.
 *
 * @param keyShape one pattern a part of the key
 */
export function readPageToken(token: string | undefined, keyShape: readonly RegExp[]): PageStart {
  if (token === undefined) return FIRST_PAGE;
  const value = parseToken(token);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= OFFSET_LIMIT) {
    return { kind: "offset", offset: value };
  }
  if (isKey(value, keyShape)) return { kind: "key", key: value };
  throw new ApiProblem("bad-page-token", "take the token from the field next of the page before");
}

/** The answer that carries a page. */
export interface PageAnswer<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

export function pageAnswer<Row, Item>(
  page: Page<Row>,
  itemOf: (row: Row) => Item,
): PageAnswer<Item> {
  const items = page.rows.map(itemOf);
  return page.next === undefined ? { items } : { items, next: writePageToken(page.next) };
}

function parseToken(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function isKey(value: unknown, shape: readonly RegExp[]): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length === shape.length &&
    shape.every((pattern, index) => {
      const part: unknown = value[index];
      return typeof part === "string" && pattern.test(part);
    })
  );
}
