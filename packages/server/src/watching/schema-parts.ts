/** A text, or where to read it: so that a file that is shared or committed holds no secret. */
export const SECRET: object = {
  oneOf: [
    { type: "string", minLength: 1 },
    only({ env: { type: "string", minLength: 1 } }, ["env"]),
    only({ file: { type: "string", minLength: 1 } }, ["file"]),
  ],
};

export const NAME: object = { type: "string", minLength: 1 };
export const NAMES: object = { type: "array", items: NAME };
export const TIME_MS: object = { type: "number", minimum: 0 };
export const SWITCH: object = { type: "boolean" };
export const PORT: object = { type: "integer", minimum: 1, maximum: 65_535 };

/** An object with these keys and no others. */
export function only<Properties extends Readonly<Record<string, unknown>>>(
  properties: Properties,
  required: readonly string[],
): {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly properties: Properties;
  readonly required: readonly string[];
} {
  return { type: "object", additionalProperties: false, properties, required };
}
