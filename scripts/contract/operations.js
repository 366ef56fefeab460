/** The operations as the schema of the type `Operations` has them, in the order of their paths. */
export function operationsOf(schema) {
  const definitions = schema.definitions;
  return Object.entries(definitions.Operations.properties)
    .map(([id, { properties, description = "" }]) => ({
      id,
      description,
      method: properties.method.const,
      path: properties.path.const,
      scope: properties.scope.const,
      status: properties.status?.const ?? 200,
      parameters: propertiesOf(properties.parameters, definitions),
      query: propertiesOf(properties.query, definitions),
      body: properties.body,
      result: properties.result,
    }))
    .sort((left, right) => order(left).localeCompare(order(right), "en"));
}

function order({ path, method }) {
  return `${path} ${method}`;
}

/** Each property of an object type with its name and whether it must be there. */
function propertiesOf(type, definitions) {
  if (type === undefined) return [];
  const named = type.$ref?.replace("#/definitions/", "");
  const { properties = {}, required = [] } = named === undefined ? type : definitions[named];
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    isRequired: required.includes(name),
  }));
}
