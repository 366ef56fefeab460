/** A statement, and the indexes that are tried for it one after the other. */
export interface Kind {
  readonly title: string;
  readonly statement: string;
  readonly indexes: readonly TriedIndex[];
}

export interface TriedIndex {
  readonly sql: string;
  /** What the guide says of it for this statement; null where it only compares sizes. */
  readonly serves: boolean | null;
  /** Done to the table before it is asked, and undone after. */
  readonly before?: string;
}

const OF_CUSTOMER =
  "select id, total from orders where customer = 4711 and placed_at >= '2025-06-01' order by placed_at desc limit 10";
const SPENT = "select sum(total) from orders where customer = 4711";
const OPEN = "select id from orders where state = 'open' order by placed_at limit 20";
const BY_EMAIL = "select id from orders where lower(email) = 'customer4711@example.com'";
const TAGGED = "select count(*) from orders where tags @> array['tag333']";
const COLOURED = `select count(*) from orders where details @> '{"colour": "c333"}'`;
const PART_OF_EMAIL = "select count(*) from orders where email like '%omer4711@%'";
const NOTED = "select id from orders where details ->> 'note' = md5('4711')";
const DAY =
  "select count(*) from orders where placed_at >= '2025-09-01' and placed_at < '2025-09-02'";
const CLOSED = "select sum(total) from orders where state = 'closed'";

export const KINDS: readonly Kind[] = [
  {
    title: "composite",
    statement: OF_CUSTOMER,
    indexes: [
      { sql: "create index on orders (placed_at)", serves: false },
      { sql: "create index on orders (placed_at, customer)", serves: null },
      { sql: "create index on orders (customer)", serves: true },
      { sql: "create index on orders (customer, placed_at)", serves: true },
    ],
  },
  {
    title: "covering",
    statement: SPENT,
    indexes: [
      { sql: "create index on orders (customer)", serves: true },
      { sql: "create index on orders (customer) include (total)", serves: true },
      {
        sql: "create index on orders (customer) include (total)",
        serves: true,
        // Every page has a row that was changed since VACUUM looked: the index alone does not tell whether rows are visible.
        before: "update orders set views = views + 1 where id % 40 = 0",
      },
    ],
  },
  {
    title: "partial",
    statement: OPEN,
    indexes: [
      { sql: "create index on orders (state, placed_at)", serves: true },
      { sql: "create index on orders (placed_at) where state = 'open'", serves: true },
    ],
  },
  {
    title: "expression",
    statement: BY_EMAIL,
    indexes: [
      { sql: "create index on orders (email)", serves: false },
      { sql: "create index on orders (lower(email))", serves: true },
    ],
  },
  {
    title: "array",
    statement: TAGGED,
    indexes: [
      { sql: "create index on orders (tags)", serves: false },
      { sql: "create index on orders using gin (tags)", serves: true },
    ],
  },
  {
    title: "jsonb",
    statement: COLOURED,
    indexes: [
      { sql: "create index on orders using gin (details)", serves: true },
      { sql: "create index on orders using gin (details jsonb_path_ops)", serves: true },
      { sql: "create index on orders ((details ->> 'colour'))", serves: false },
    ],
  },
  {
    title: "trigrams",
    statement: PART_OF_EMAIL,
    indexes: [
      { sql: "create index on orders (email text_pattern_ops)", serves: null },
      { sql: "create index on orders using gin (email gin_trgm_ops)", serves: true },
    ],
  },
  {
    title: "BRIN",
    statement: DAY,
    indexes: [
      { sql: "create index on orders (placed_at)", serves: true },
      { sql: "create index on orders using brin (placed_at)", serves: true },
    ],
  },
  {
    title: "BRIN of what is spread",
    statement: SPENT,
    indexes: [{ sql: "create index on orders using brin (customer)", serves: false }],
  },
  {
    title: "hash",
    statement: "select id from orders where email = 'Customer4711@Example.com'",
    indexes: [
      { sql: "create index on orders (email)", serves: true },
      { sql: "create index on orders using hash (email)", serves: true },
    ],
  },
  {
    title: "hash of long keys, each once",
    statement: NOTED,
    indexes: [
      { sql: "create index on orders ((details ->> 'note'))", serves: true },
      { sql: "create index on orders using hash ((details ->> 'note'))", serves: true },
    ],
  },
  {
    title: "most of the table",
    statement: CLOSED,
    indexes: [{ sql: "create index on orders (state)", serves: false }],
  },
];
