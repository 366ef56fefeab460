/** docs/reference/api.md from the OpenAPI document. */
export function apiReference(document) {
  const areas = new Map();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [area] = operation.tags;
      areas.set(area, [...(areas.get(area) ?? []), { path, method, operation }]);
    }
  }
  const sections = [...areas].map(
    ([area, operations]) => `## ${area}\n\n${operations.map(operationText).join("\n\n")}`,
  );
  return `# HTTP API

Made from the types of \`@streamgate/contract\` by \`npm run contract\`; a running server gives the same as OpenAPI 3.1 at
\`/api/v1/openapi.json\`. Addresses begin with \`/api/v1\`. A token is sent as \`authorization: Bearer …\`; \`read\` and \`act\` say which
scope it must have. Problems are told as \`application/problem+json\` (RFC 9457). See [the guide](../guides/dashboard.md).

${sections.join("\n\n")}

## Schemas

${Object.entries(document.components.schemas).map(schemaText).join("\n\n")}
`;
}

function operationText({ path, method, operation }) {
  const scope = operation["x-streamgate-scope"];
  const lines = [
    `### ${method.toUpperCase()} ${path}`,
    "",
    `${operation.summary}${operation.summary === "" ? "" : " "}Scope: ${scope === "none" ? "none needed" : `\`${scope}\``}.`,
  ];
  const parameters = operation.parameters.map(parameterText);
  if (parameters.length > 0)
    lines.push("", "| parameter | in | type | |", "|---|---|---|---|", ...parameters);
  const body = operation.requestBody?.content["application/json"].schema;
  if (body !== undefined) lines.push("", `Body: ${typeText(body)}.`);
  const [status, answer] = Object.entries(operation.responses)[0];
  const [[type, { schema }]] = Object.entries(answer.content);
  const as = type === "application/json" ? "" : ` as \`${type}\``;
  lines.push("", `Answer ${status}: ${typeText(schema)}${as}.`);
  return lines.join("\n");
}

function parameterText({ name, in: place, schema, description = "" }) {
  const standard =
    schema.default === undefined ? "" : `, \`${JSON.stringify(schema.default)}\` where absent`;
  return `| \`${name}\` | ${place} | ${typeText(schema)}${standard} | ${cell(description)} |`;
}

function schemaText([name, schema]) {
  const head = `### ${name}\n\n${plain(schema.description ?? "")}`.trimEnd();
  if (schema.properties === undefined)
    return `${head}\n\n${typeText({ ...schema, description: undefined })}`;
  const rows = Object.entries(schema.properties).map(([key, property]) => {
    const optional = schema.required?.includes(key) ? "" : "?";
    return `| \`${key}${optional}\` | ${typeText(property)} | ${cell(property.description ?? "")} |`;
  });
  return `${head}\n\n| field | type | |\n|---|---|---|\n${rows.join("\n")}`;
}

function typeText(schema) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((word) => `\`${JSON.stringify(word)}\``).join(", ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(" or ");
  if (schema.type === "array")
    return schema.items === undefined ? "list" : `list of ${typeText(schema.items)}`;
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  if (schema.type === "object" && schema.properties !== undefined)
    return `{ ${Object.keys(schema.properties).join(", ")} }`;
  return schema.type ?? "anything";
}

function cell(text) {
  return plain(text).replaceAll("|", "\\|");
}

function plain(text) {
  return text.replaceAll(/\s+/g, " ").trim();
}
