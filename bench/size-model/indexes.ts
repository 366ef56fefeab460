import type { Candidate, IndexDefinition, IndexMethod } from "@streamgate/pg-advisor";

/** An index of the bench, and the kind under which it is counted. */
export interface BenchIndex {
  readonly kind: string;
  readonly candidate: Candidate;
}

type More = Partial<Pick<IndexDefinition, "include" | "predicate" | "options">>;

const indexes: BenchIndex[] = [];

/** Keys are columns, expressions in parentheses, either followed by an operator class. */
function add(
  kind: string,
  method: IndexMethod,
  table: string,
  keys: string,
  more: More = {},
): void {
  const id = `bench_${String(indexes.length + 1).padStart(3, "0")}`;
  indexes.push({
    kind,
    candidate: {
      id,
      definition: {
        table: { schema: "public", name: table },
        method,
        keys: keys.split(/,(?![^(]*\))\s*/).map(keyOf),
        include: [],
        predicate: null,
        options: [],
        ...more,
      },
      fingerprints: [],
      origin: kind,
    },
  });
}

function keyOf(text: string): IndexDefinition["keys"][number] {
  const [, expression, column, operatorClass, order] =
    /^(?:\((.*)\)|(\w+))(?: (\w+_ops))?( desc)?$/.exec(text.trim()) ?? [];
  if (expression === undefined && column === undefined) throw new Error(`no key: ${text}`);
  const isDescending = order !== undefined;
  return {
    column: column ?? null,
    expression: expression ?? null,
    operatorClass: operatorClass ?? null,
    direction: isDescending ? "desc" : "asc",
    nulls: isDescending ? "first" : "last",
  };
}

function addEach(kind: string, method: IndexMethod, table: string, columns: string): void {
  for (const column of columns.split(" ")) add(kind, method, table, column);
}

const ONE = "B-tree, one column";
addEach(
  ONE,
  "btree",
  "people",
  "id email name city status created_at updated_at born balance score",
);
addEach(
  ONE,
  "btree",
  "people",
  "is_active referrer token session nickname handle team phone age biography plan",
);
addEach(
  ONE,
  "btree",
  "events",
  "user_id item_id kind at seen_at amount visit address duration outcome",
);
addEach(ONE, "btree", "documents", "id title digest code shelf publisher signature body");
addEach(
  ONE,
  "btree",
  "readings",
  "sensor at value exact share day batch is_even name serial fault remark letter running",
);
addEach(ONE, "btree", "settings", "id name value category weight");

const SEVERAL = "B-tree, several columns";
for (const keys of [
  "city, created_at",
  "status, updated_at desc",
  "is_active, plan",
  "team, age",
  "plan, city",
  "name, email",
  "referrer, created_at",
  "age, status, is_active",
  "nickname, team",
])
  add(SEVERAL, "btree", "people", keys);
for (const keys of [
  "user_id, at",
  "kind, user_id",
  "item_id, kind",
  "outcome, kind",
  "user_id, item_id",
  "visit, kind, at",
  "kind, duration",
  "address, at desc",
])
  add(SEVERAL, "btree", "events", keys);
for (const keys of [
  "sensor, at",
  "day, sensor",
  "fault, sensor",
  "name, day",
  "batch, is_even",
  "letter, value",
])
  add(SEVERAL, "btree", "readings", keys);
for (const keys of ["publisher, title", "shelf, code"]) add(SEVERAL, "btree", "documents", keys);
add(SEVERAL, "btree", "settings", "category, name");

const COVERING = "B-tree with INCLUDE";
add(COVERING, "btree", "people", "city", { include: ["name", "email"] });
add(COVERING, "btree", "people", "team", { include: ["score"] });
add(COVERING, "btree", "people", "referrer", { include: ["status", "age"] });
add(COVERING, "btree", "people", "status", { include: ["id"] });
add(COVERING, "btree", "people", "token", { include: ["nickname"] });
add(COVERING, "btree", "events", "user_id", { include: ["amount", "kind"] });
add(COVERING, "btree", "events", "item_id", { include: ["user_id", "at"] });
add(COVERING, "btree", "events", "kind", { include: ["visit"] });
add(COVERING, "btree", "events", "user_id, at", { include: ["outcome"] });
add(COVERING, "btree", "readings", "sensor", { include: ["value"] });
add(COVERING, "btree", "readings", "at", { include: ["exact", "share"] });
add(COVERING, "btree", "readings", "fault", { include: ["remark"] });

const PARTIAL = "B-tree, partial";
add(PARTIAL, "btree", "people", "created_at", { predicate: "status = 'lost'" });
add(PARTIAL, "btree", "people", "email", { predicate: "not is_active" });
add(PARTIAL, "btree", "people", "nickname", { predicate: "nickname is not null" });
add(PARTIAL, "btree", "people", "city", { predicate: "age < 18" });
add(PARTIAL, "btree", "people", "referrer", { predicate: "referrer is not null" });
add(PARTIAL, "btree", "people", "updated_at, id", { predicate: "plan <> 'standard'" });
add(PARTIAL, "btree", "events", "at", { predicate: "kind = 'buy'" });
add(PARTIAL, "btree", "events", "user_id", { predicate: "outcome = 'failed'" });
add(PARTIAL, "btree", "events", "user_id", { predicate: "outcome is null" });
add(PARTIAL, "btree", "events", "visit", { predicate: "amount > 2500" });
add(PARTIAL, "btree", "events", "item_id, at", { predicate: "seen_at >= '2025-01-20'" });
add(PARTIAL, "btree", "readings", "fault", { predicate: "fault <> 0" });
add(PARTIAL, "btree", "readings", "at", { predicate: "remark is not null" });
add(PARTIAL, "btree", "readings", "value", { predicate: "sensor = 7" });
add(PARTIAL, "btree", "readings", "serial", { predicate: "day >= '2025-02-15'" });

const EXPRESSION = "B-tree on expressions";
for (const key of [
  "(lower(email))",
  "(upper(name))",
  "(date_trunc('month', born::timestamp))",
  "(extract(year from born))",
  "(left(phone, 4))",
  "(length(handle))",
  "(coalesce(nickname, handle))",
  "(age / 10)",
  "(lower(city)), created_at",
])
  add(EXPRESSION, "btree", "people", key);
for (const key of [
  "((payload ->> 'channel'))",
  "(((payload ->> 'order')::bigint))",
  "((payload -> 'price'))",
  "((at at time zone 'UTC')::date)",
  "(amount * 100)",
  "(md5(visit::text))",
])
  add(EXPRESSION, "btree", "events", key);
add(EXPRESSION, "btree", "readings", "(value % 100)");
add(EXPRESSION, "btree", "readings", "(abs(value - 2000))");

const FILLED = "B-tree with fill factor";
const filled = (percent: number): More => ({ options: [`fillfactor=${percent}`] });
add(FILLED, "btree", "people", "updated_at", filled(70));
add(FILLED, "btree", "people", "email", filled(50));
add(FILLED, "btree", "people", "city", filled(100));
add(FILLED, "btree", "people", "name, city", filled(80));
add(FILLED, "btree", "events", "user_id", filled(75));
add(FILLED, "btree", "events", "visit", filled(100));
add(FILLED, "btree", "readings", "sensor", filled(60));
add(FILLED, "btree", "readings", "running", filled(95));
add("B-tree without deduplication", "btree", "events", "user_id", {
  options: ["deduplicate_items=off"],
});
add("B-tree without deduplication", "btree", "people", "status", {
  options: ["deduplicate_items=off"],
});

addEach("hash", "hash", "people", "email city token referrer status handle");
addEach("hash", "hash", "events", "user_id visit kind item_id");
addEach("hash", "hash", "readings", "serial sensor value fault");
addEach("hash", "hash", "documents", "digest publisher");
addEach("hash", "hash", "settings", "name");
add("hash", "hash", "people", "nickname", { predicate: "nickname is not null" });
add("hash", "hash", "events", "visit", filled(50));

const ranges = (pages: number): More => ({ options: [`pages_per_range=${pages}`] });
addEach("BRIN", "brin", "people", "created_at id");
addEach("BRIN", "brin", "events", "at");
addEach("BRIN", "brin", "readings", "at day batch");
add("BRIN", "brin", "people", "created_at", ranges(4));
add("BRIN", "brin", "people", "email", ranges(1));
add("BRIN", "brin", "events", "at, id", ranges(2));
add("BRIN", "brin", "events", "amount", ranges(1));
add("BRIN", "brin", "readings", "at, sensor, value", ranges(1));
add("BRIN", "brin", "readings", "name", ranges(1));
add("BRIN", "brin", "events", "id int8_minmax_multi_ops", ranges(8));
add("BRIN", "brin", "events", "user_id int4_bloom_ops", ranges(8));
add("BRIN", "brin", "events", "span range_inclusion_ops", ranges(2));

addEach("GIN, jsonb_ops", "gin", "events", "payload traits");
addEach("GIN, jsonb_ops", "gin", "documents", "attributes");
add("GIN, jsonb_ops", "gin", "events", "traits", { predicate: "kind = 'view'" });
add("GIN, jsonb_path_ops", "gin", "events", "payload jsonb_path_ops");
add("GIN, jsonb_path_ops", "gin", "events", "traits jsonb_path_ops");
add("GIN, jsonb_path_ops", "gin", "documents", "attributes jsonb_path_ops");
addEach("GIN, arrays", "gin", "events", "tags labels");
addEach("GIN, arrays", "gin", "documents", "shelves");
add("GIN, arrays", "gin", "events", "tags, labels");
addEach("GIN, full text", "gin", "documents", "search");
add("GIN, full text", "gin", "documents", "(to_tsvector('english', title))");
add("GIN, full text", "gin", "documents", "(to_tsvector('simple', body))");
for (const column of ["email", "name", "city", "phone", "handle"])
  add("GIN, trigrams", "gin", "people", `${column} gin_trgm_ops`);
for (const column of ["title", "code", "digest"])
  add("GIN, trigrams", "gin", "documents", `${column} gin_trgm_ops`);
add("GIN, trigrams", "gin", "settings", "value gin_trgm_ops");

for (const column of ["email", "city"])
  add("GiST, trigrams", "gist", "people", `${column} gist_trgm_ops`);
for (const column of ["title", "code"])
  add("GiST, trigrams", "gist", "documents", `${column} gist_trgm_ops`);
add("GiST, trigrams", "gist", "settings", "name gist_trgm_ops");
addEach("GiST, ranges", "gist", "events", "span");
addEach("GiST, ranges", "gist", "documents", "pages");
addEach("GiST, geometry", "gist", "events", "place");
addEach("GiST, geometry", "gist", "documents", "area");
addEach("GiST, full text", "gist", "documents", "search");
add("GiST, ranges", "gist", "events", "span", { predicate: "kind = 'view'" });
add("GiST, geometry", "gist", "events", "place", { include: ["user_id"] });

/** The indexes of the bench, of all kinds. */
export const INDEXES: readonly BenchIndex[] = indexes;
