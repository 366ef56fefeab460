import pg from "pg";

const WATCH_DATABASE = "demo_watch";

/**
 * A fresh database for the demo's monitor on the store's server, apart from that of a real `streamgate watch`, which
 * would share its alerts and take turns with it.
 *
 * @param storeUrl of the store's own database
 * @returns its address
 */
export async function makeWatchDatabase(storeUrl: string): Promise<string> {
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
  const url = new URL(storeUrl);
  url.pathname = `/${WATCH_DATABASE}`;
  return url.href;
}
