import type pg from "pg";

const LOAD = `select state from streamgate_monitor.saved_states where name = $1`;

const SAVE = `
insert into streamgate_monitor.saved_states (name, state) values ($1, $2)
on conflict (name) do update set state = excluded.state, saved_at = now()`;

/** What an earlier instance left under a name; undefined where there is nothing. */
export async function loadState(pool: pg.Pool, name: string): Promise<unknown> {
  const { rows } = await pool.query<{ state: unknown }>(LOAD, [name]);
  return rows[0]?.state;
}

export async function saveState(pool: pg.Pool, name: string, state: unknown): Promise<void> {
  await pool.query(SAVE, [name, JSON.stringify(state).replaceAll("\\u0000", "")]);
}
