// Writes what follows from the types of packages/contract: the OpenAPI document, the client's table of operations and
// docs/reference/api.md; with --check only compares.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";
import { apiReference } from "./contract/api-reference.js";
import { openApiDocument } from "./contract/openapi-document.js";
import { operationsOf } from "./contract/operations.js";
import { operationsTable } from "./contract/operations-table.js";
import { writeOrCheck } from "./write-or-check.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const contract = join(root, "packages", "contract");
const { version } = JSON.parse(readFileSync(join(contract, "package.json"), "utf8"));

const schema = createGenerator({
  path: join(contract, "src", "schema-root.ts"),
  tsconfig: join(contract, "tsconfig.schema.json"),
  type: "*",
  expose: "export",
  jsDoc: "extended",
  skipTypeCheck: true,
  additionalProperties: false,
  encodeRefs: false,
}).createSchema("*");

const operations = operationsOf(schema);
const document = openApiDocument(operations, schema, version);
const outcomes = new Map([
  [
    join(contract, "src", "generated", "openapi.json"),
    `${JSON.stringify(document, undefined, 1)}\n`,
  ],
  [join(contract, "src", "generated", "operations.ts"), operationsTable(operations)],
  [join(root, "docs", "reference", "api.md"), apiReference(document)],
]);

writeOrCheck(outcomes, root, "run npm run contract");
