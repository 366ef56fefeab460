import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ApiDocument, DescribedOperation, JsonSchema } from "./api-document.ts";
import { badRequest } from "./refusal.ts";

/** Checks the parts of a request, fills in what the contract says where something is absent, and turns text into numbers. */
export interface RequestChecks {
  query(value: unknown): unknown;
  parameters(value: unknown): unknown;
  body(value: unknown): unknown;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** @returns what makes the checks of an operation */
export function createRequestChecks(
  document: ApiDocument,
): (operation: DescribedOperation) => RequestChecks {
  const strictly = ajvFor(document, false);
  const fromText = ajvFor(document, "array");
  return ({ query, parameters, body }) => ({
    query: checkWith(compile(fromText, query), "query"),
    parameters: checkWith(compile(fromText, parameters), "path"),
    body: body === undefined ? nothing : checkWith(compile(strictly, body), "body"),
  });
}

function ajvFor(document: ApiDocument, coerceTypes: false | "array"): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: false, useDefaults: true, coerceTypes });
  ajv.addFormat("date-time", (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)));
  ajv.addSchema({ $id: "contract", components: document.components });
  return ajv;
}

function compile(ajv: Ajv2020, schema: JsonSchema): ValidateFunction {
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"contract#/components/')),
  );
}

function checkWith(validate: ValidateFunction, part: string): (value: unknown) => unknown {
  return (value) => {
    refuseDeep(value, part);
    const copy: unknown = structuredClone(value ?? {});
    if (validate(copy)) return copy;
    const [error] = validate.errors ?? [];
    throw refusalOf(part, error);
  };
}

/** No part of the contract is nearly as deep, and what walks through a value has a stack that ends. */
const MOST_DEPTH = 64;

function refuseDeep(value: unknown, part: string): void {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_DEPTH)
      throw badRequest(`${part} is nested more than ${MOST_DEPTH} levels deep`, "make it flatter");
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
}

function nothing(value: unknown): unknown {
  const isEmpty =
    value === undefined ||
    value === null ||
    (typeof value === "object" && Object.keys(value).length === 0);
  if (isEmpty) return undefined;
  throw badRequest("this operation takes no body", "leave the body out");
}

function refusalOf(part: string, error: ErrorObject | undefined): Error {
  const place = [part, ...(error?.instancePath ?? "").split("/").slice(1)].join(".");
  const message = messageOf(error);
  return badRequest(`${place} ${message}`, "see /api/v1/openapi.json for what it takes", [
    { place, message },
  ]);
}

function messageOf(error: ErrorObject | undefined): string {
  const { additionalProperty, allowedValues } = error?.params ?? {};
  if (typeof additionalProperty === "string")
    return `has ${JSON.stringify(additionalProperty.slice(0, 100))}, which means nothing there`;
  const words = Array.isArray(allowedValues) ? `: ${allowedValues.join(", ")}` : "";
  return `${error?.message ?? "is not as it should be"}${words}`;
}
