import pg from "pg";

/** A statement with the values of one of several calls. */
export interface Asked {
  readonly text: string;
  readonly values: (call: number) => readonly (string | null)[];
}

const CALLS = 6;

/** Asks every statement a few times, so that the server's own counters tell what they take. */
export async function askAll(url: string, statements: readonly Asked[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const { text, values } of statements) {
      for (let call = 0; call < CALLS; call += 1) await client.query(text, [...values(call)]);
    }
  } finally {
    await client.end();
  }
}
