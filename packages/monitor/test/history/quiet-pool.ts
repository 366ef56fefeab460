import pg from "pg";

/** A pool that outlives its server in silence: whoever uses it hears of the loss, idle connections do not tell. */
export function quietPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
