import { messageOf } from "@streamgate/core";
import type pg from "pg";

/** What a statement's result looks like, whatever its rows. */
export interface Shape {
  readonly width: number;
  /** Names and types, for a person. */
  readonly columns: string;
}

/** The shapes of several statements; one that the server refuses has the reason for columns. */
export async function shapesOf(
  client: pg.Client,
  texts: readonly string[],
  parameterTypes: readonly string[],
): Promise<readonly Shape[]> {
  const shapes: Shape[] = [];
  for (const text of texts) {
    try {
      const { fields } = await client.query({
        text: `select * from (${text}) as r limit 0`,
        values: parameterTypes.map(() => null),
        rowMode: "array",
      });
      const types =
        parameterTypes.length === 0 ? "" : `; $ ${await parameterTypesOf(client, text)}`;
      const columns = fields.map(
        ({ name, dataTypeID, dataTypeModifier }) => `${name}:${dataTypeID}/${dataTypeModifier}`,
      );
      shapes.push({ width: fields.length, columns: `${columns.join(", ")}${types}` });
    } catch (error) {
      shapes.push({ width: 0, columns: messageOf(error) });
    }
  }
  return shapes;
}

/** Another type of `$1` may be what its sender did not mean. */
async function parameterTypesOf(client: pg.Client, text: string): Promise<string> {
  await client.query(`prepare streamgate_shape as ${text}`);
  const { rows } = await client.query<{ types: string }>(
    "select parameter_types::text as types from pg_prepared_statements where name = 'streamgate_shape'",
  );
  await client.query("deallocate streamgate_shape");
  return rows[0]?.types ?? "";
}
