import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { FlameNode, NewProfileRequest, ProfileSummary } from "@streamgate/contract";
import type { StorePool } from "../platform/store-pool.ts";
import { instantOf } from "../ranges/time-range.ts";
import { storableText } from "../store/storable.ts";

const MOST_PROFILES = 100;
const MOST_BYTES = 64_000_000;
const LARGEST_TREE_BYTES = 32_000_000;
/** After its time a profile must be on its way or lost: whoever took it has ended. */
const GRACE_MS = 60_000;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

const COLUMNS = `id::text as id, service, instance, kind, started_at_ms as "startedAtMs",
  duration_ms as "durationMs", taken_by as "takenBy", state, problem`;

const ADD = `
insert into streamgate.profiles (service, instance, kind, started_at_ms, duration_ms, taken_by)
values ($1, $2, $3, $4, $5, $6)
on conflict (service, instance) where state = 'running' do nothing
returning ${COLUMNS}`;

/** now */
const GIVE_UP = `
update streamgate.profiles set state = 'failed', problem = 'StreamGate ended while it was taken'
where state = 'running' and started_at_ms + duration_ms + ${GRACE_MS} < $1`;

const DONE = `
update streamgate.profiles set state = 'done', tree = $2, size_bytes = $3
where id = $1 and state = 'running'`;

const FAILED = `
update streamgate.profiles set state = 'failed', problem = $2 where id = $1 and state = 'running'`;

/** The oldest go first. */
const FORGET = `
delete from streamgate.profiles where id in (
  select id from (
    select id, row_number() over latest as place, sum(size_bytes) over latest as bytes
    from streamgate.profiles where state <> 'running'
    window latest as (order by id desc)
  ) as kept where place > ${MOST_PROFILES} or bytes > ${MOST_BYTES}
)`;

const LIST = `select ${COLUMNS} from streamgate.profiles order by streamgate.profiles.id desc limit ${MOST_PROFILES}`;
const ONE = `select ${COLUMNS}, tree from streamgate.profiles where streamgate.profiles.id = $1`;

interface ProfileRow extends Omit<ProfileSummary, "startedAt"> {
  readonly startedAtMs: number;
}

/** Profiles in the store. */
export class ProfileRecords {
  readonly #tables: StorePool;

  constructor(tables: StorePool) {
    this.#tables = tables;
  }

  /** Notes that one is being taken; undefined where another of the process is. */
  async begin(
    { service, instance, kind }: NewProfileRequest,
    durationMs: number,
    takenBy: string,
    nowMs: number,
  ): Promise<ProfileSummary | undefined> {
    await this.#tables.query(GIVE_UP, [nowMs]);
    const values = [service, instance, kind, nowMs, durationMs, takenBy];
    const [row] = await this.#tables.query<ProfileRow>(ADD, values);
    return row === undefined ? undefined : summaryOf(row);
  }

  async done(id: string, tree: FlameNode | null): Promise<void> {
    const packed = await pack(JSON.stringify(tree));
    await this.#tables.query(DONE, [id, packed, packed.byteLength]);
    await this.#tables.query(FORGET);
  }

  async failed(id: string, problem: string): Promise<void> {
    await this.#tables.query(FAILED, [id, storableText(problem)]);
  }

  /** The latest first. */
  async list(nowMs: number): Promise<readonly ProfileSummary[]> {
    await this.#tables.query(GIVE_UP, [nowMs]);
    return (await this.#tables.query<ProfileRow>(LIST)).map(summaryOf);
  }

  async get(
    id: string,
    nowMs: number,
  ): Promise<{ readonly profile: ProfileSummary; readonly root: FlameNode | null } | undefined> {
    if (!/^\d{1,18}$/.test(id)) return undefined;
    await this.#tables.query(GIVE_UP, [nowMs]);
    const [row] = await this.#tables.query<ProfileRow & { readonly tree: Buffer | null }>(ONE, [
      id,
    ]);
    if (row === undefined) return undefined;
    const { tree, ...rest } = row;
    return { profile: summaryOf(rest), root: tree === null ? null : await readTree(tree) };
  }
}

async function readTree(packed: Buffer): Promise<FlameNode | null> {
  const bytes = await unpack(packed, { maxOutputLength: LARGEST_TREE_BYTES });
  return JSON.parse(bytes.toString("utf8")) as FlameNode | null;
}

function summaryOf({ startedAtMs, ...row }: ProfileRow): ProfileSummary {
  return { ...row, startedAt: instantOf(startedAtMs) };
}
