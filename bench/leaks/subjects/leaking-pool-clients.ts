import { Pool } from "pg";
import { serveOrdinaryTraffic } from "../service.ts";
import { startSilentPostgres } from "../silent-postgres.ts";
import type { Subject } from "../world.ts";

async function findUser(pool: Pool, isLost: boolean): Promise<void> {
  const client = await pool.connect();
  await client.query("select 1");
  if (!isLost) client.release();
}

export const subject: Subject = {
  pattern: "clients of a pool never released",
  sites: ["findUser"],
  async run(world) {
    serveOrdinaryTraffic(world);
    const port = await startSilentPostgres();
    const pool = new Pool({
      host: "127.0.0.1",
      port,
      user: "media",
      database: "media",
      max: Math.round(world.between(20, 60)),
    });
    const lostShare = world.between(0.03, 0.08);
    world.requests(world.between(40, 120), () =>
      findUser(pool, world.random.next() < lostShare).catch(() => {}),
    );
  },
};
