import { readFile } from "node:fs/promises";
import type { OperationId, Scope } from "@streamgate/contract";

/** A JSON Schema, as the contract's document holds it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

interface ParameterObject {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: JsonSchema;
}

interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly "x-streamgate-scope": Scope | "none";
  readonly parameters: readonly ParameterObject[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }>
  >;
}

/** The OpenAPI document of the contract. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** An operation as the document describes it. */
export interface DescribedOperation {
  readonly id: OperationId;
  readonly method: string;
  /** As a router has it: `/incidents/:id`. */
  readonly path: string;
  readonly scope: Scope | "none";
  readonly status: number;
  readonly query: JsonSchema;
  readonly parameters: JsonSchema;
  readonly body: JsonSchema | undefined;
  readonly result: JsonSchema;
}

/** What one path parameter may be: ids are short. */
const LONGEST_PARAMETER = 300;

/** Reads the document that belongs to the contract of this version, as it is served. */
export async function readApiDocument(): Promise<{
  readonly text: string;
  readonly document: ApiDocument;
}> {
  const url = new URL(import.meta.resolve("@streamgate/contract/openapi.json"));
  const text = await readFile(url, "utf8");
  return { text, document: JSON.parse(text) as ApiDocument };
}

/** The operations that are answered by handlers: all but the stream of events. */
export function describedOperations(document: ApiDocument): readonly DescribedOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.operationId !== "streamEvents")
      .map(([method, operation]) => describe(path, method, operation)),
  );
}

function describe(path: string, method: string, operation: OperationObject): DescribedOperation {
  const [status = "200", answer] = Object.entries(operation.responses)[0] ?? [];
  const parameters = operation.parameters.filter((one) => one.in === "path");
  return {
    id: operation.operationId as OperationId,
    method: method.toUpperCase(),
    path: path.replaceAll(/\{(\w+)\}/g, ":$1"),
    scope: operation["x-streamgate-scope"],
    status: Number(status),
    query: objectOf(operation.parameters.filter((one) => one.in === "query")),
    parameters: objectOf(
      parameters.map((one) => ({
        ...one,
        schema: { minLength: 1, maxLength: LONGEST_PARAMETER, ...one.schema },
      })),
    ),
    body: operation.requestBody?.content["application/json"]?.schema,
    result: answer?.content["application/json"]?.schema ?? {},
  };
}

function objectOf(parameters: readonly ParameterObject[]): JsonSchema {
  return {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter((one) => one.required).map(({ name }) => name),
  };
}
