import pg from "pg";

const WATCH_DATABASE = "demo_watch";

/**
 * A fresh database for the demo's monitor on the store's server, apart from that of a real `streamgate serve`, which
 * would share its alerts and take turns with it.
 *
 * @returns what gives its address on the store's server of the moment, made at the first call
 */
export function freshWatchDatabase(): (storeUrl: string) => Promise<string> {
  let made: Promise<void> | undefined;
  return async (storeUrl) => {
    made ??= makeDatabase(storeUrl);
    await made;
    const url = new URL(storeUrl);
    url.pathname = `/${WATCH_DATABASE}`;
    return url.href;
  };
}

async function makeDatabase(storeUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: storeUrl, application_name: "streamgate demo" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const name = pg.escapeIdentifier(WATCH_DATABASE);
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
}
