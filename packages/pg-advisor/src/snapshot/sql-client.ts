/** What a question to the database needs of `pg`: one statement in, its rows out. */
export interface SqlClient {
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
}

/** The rows of one statement. */
export async function rowsOf<Row extends object>(
  client: SqlClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  return (await client.query<Row>(text, values)).rows;
}
