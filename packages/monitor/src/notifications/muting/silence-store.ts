import type { Clock } from "@streamgate/core";
import type pg from "pg";
import { notFound } from "../errors.ts";
import { checkSilence, type Silence, type SilenceRequest } from "./silence.ts";

const COLUMNS = `id::text as id, matchers, from_ms::float8 as "fromMs", to_ms::float8 as "toMs", author, comment,
  created_at_ms::float8 as "createdAtMs"`;

const ADD = `
insert into streamgate_monitor.silences (matchers, from_ms, to_ms, author, comment, created_at_ms)
values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`;

/** One that has not begun never will. */
const EXPIRE = `
update streamgate_monitor.silences set to_ms = greatest(from_ms, least(to_ms, $2))
where id = $1 returning ${COLUMNS}`;

/** End after */
export const SILENCES_UNTIL: string = `
select ${COLUMNS} from streamgate_monitor.silences where to_ms > $1 order by id`;

/** Silences in PostgreSQL: every instance may make them, the leader heeds them within a second. */
export class Silences {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;

  constructor(pool: pg.Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` */
  async create(request: SilenceRequest): Promise<Silence> {
    const { matchers, fromMs, toMs, author, comment } = checkSilence(request);
    const values = [JSON.stringify(matchers), fromMs, toMs, author, comment, this.#nowMs()];
    const { rows } = await this.#pool.query<Silence>(ADD, values);
    const [silence] = rows;
    if (silence === undefined) throw notFound("silence", "new");
    return silence;
  }

  /** Ends it now. @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
  async expire(id: string): Promise<Silence> {
    const { rows } = await this.#pool.query<Silence>(EXPIRE, [rowId("silence", id), this.#nowMs()]);
    const [silence] = rows;
    if (silence === undefined) throw notFound("silence", id);
    return silence;
  }

  /** Those that hold or will hold; with `endedAfterMs` also those that ended since. */
  async list(endedAfterMs?: number): Promise<readonly Silence[]> {
    const { rows } = await this.#pool.query<Silence>(SILENCES_UNTIL, [
      Math.floor(endedAfterMs ?? this.#nowMs()),
    ]);
    return rows;
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}

/** An id that came from outside, as a number that PostgreSQL takes. @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
export function rowId(what: string, id: string): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw notFound(what, id);
}
