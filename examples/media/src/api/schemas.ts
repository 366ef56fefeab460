/** JSON schemas that several routes share. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const positiveId: JsonSchema = {
  type: "integer",
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
};
/** In either case: EIP-55 writes a checksum into the case. The tables hold lower case. */
export const walletAddress: JsonSchema = { type: "string", pattern: "^0x[0-9a-fA-F]{40}$" };
export const tokenNumber: JsonSchema = { type: "string", pattern: "^[0-9]{1,78}$" };
export const instant: JsonSchema = { type: "string", format: "date-time" };
export const day: JsonSchema = { type: "string", format: "date" };
export const pageToken: JsonSchema = { type: "string", maxLength: 200 };

/** As many as suit a screen, unless the caller says. */
export const pageLimit: JsonSchema = { type: "integer", minimum: 1, maximum: 100, default: 20 };

export const userIdParams: JsonSchema = {
  type: "object",
  required: ["userId"],
  properties: { userId: positiveId },
};

export const contentIdParams: JsonSchema = {
  type: "object",
  required: ["contentId"],
  properties: { contentId: positiveId },
};

/** A page of items with the token of the next. */
export function pageOfItems(item: JsonSchema): JsonSchema {
  return {
    type: "object",
    required: ["items"],
    properties: { items: { type: "array", items: item }, next: { type: "string" } },
  };
}
