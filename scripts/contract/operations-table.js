/** TypeScript: what the client must know of each operation. */
export function operationsTable(operations) {
  const lines = [...operations]
    .sort((left, right) => left.id.localeCompare(right.id, "en"))
    .map(({ id, method, path }) => `  ${id}: { method: "${method}", path: "${path}" },`);
  return `// Made by npm run contract from the types beside it.
import type { OperationId } from "../operations.ts";

/** How an operation is called. */
export interface OperationFacts {
  readonly method: string;
  /** Below \`/api/v1\`; a part that begins with a colon is a parameter. */
  readonly path: string;
}

export const OPERATIONS: { readonly [Id in OperationId]: OperationFacts } = {
${lines.join("\n")}
};
`;
}
