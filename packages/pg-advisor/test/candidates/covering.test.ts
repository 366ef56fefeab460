import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { describeDefinition } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { given, type Known, workloadOf } from "./workload-of.ts";

/** Eight tables of a wholesaler in the shape of TPC-H, with comments wide enough that covering pays. */
const SCHEMA = `
create table region (r_regionkey int primary key, r_name text, r_comment text);
create table nation (n_nationkey int primary key, n_name text, n_regionkey int, n_comment text);
create table supplier (s_suppkey int primary key, s_name text, s_address text, s_nationkey int, s_phone text, s_acctbal numeric, s_comment text);
create table part (p_partkey int primary key, p_name text, p_mfgr text, p_brand text, p_type text, p_size int, p_container text, p_retailprice numeric, p_comment text);
create table partsupp (ps_partkey int, ps_suppkey int, ps_availqty int, ps_supplycost numeric, ps_comment text, primary key (ps_partkey, ps_suppkey));
create table orders (o_orderkey int primary key, o_custkey int, o_orderstatus char(1), o_totalprice numeric, o_orderdate date, o_comment text);
create table lineitem (l_orderkey int, l_partkey int, l_suppkey int, l_linenumber int, l_quantity numeric, l_extendedprice numeric, l_discount numeric, l_tax numeric,
  l_returnflag char(1), l_linestatus char(1), l_shipdate date, l_commitdate date, l_receiptdate date, l_shipmode text, l_comment text, primary key (l_orderkey, l_linenumber));
insert into region select g, 'R' || g, 'c' from generate_series(1, 5) g;
insert into nation select g, 'N' || g, g % 5, 'c' from generate_series(1, 25) g;
insert into supplier select g, 'S' || g, 'a', g % 25, 'p', g, repeat('c', 60) from generate_series(1, 2000) g;
insert into part select g, 'green ' || g, 'M' || g % 5, 'Brand#' || g % 25, 'STANDARD ' || g % 150, g % 50, 'BOX' || g % 40, g, repeat('c', 20) from generate_series(1, 4000) g;
insert into partsupp select g % 4000 + 1, g % 2000 + 1, g % 100, g, repeat('c', 60) from generate_series(1, 8000) g on conflict do nothing;
insert into orders select g, g % 1000, case when g % 2 = 0 then 'F' else 'O' end, g, '1994-01-01'::date + g % 2400, repeat('c', 50) from generate_series(1, 4000) g;
insert into lineitem select g / 4 + 1, g % 4000 + 1, g % 2000 + 1, g % 4, g % 50, g, 0.05, 0.02, 'R', 'F', '1994-01-01'::date + g % 2400, '1994-02-01'::date + g % 2400,
  '1994-03-01'::date + g % 2400, 'AIR', repeat('c', 30) from generate_series(1, 16000) g;
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  await postgres.query(SCHEMA);
  await postgres.query("vacuum (freeze, analyze)");
  await postgres.query("vacuum (freeze)");
  snapshot = await readSnapshot(postgres.url());
});
afterAll(() => postgres?.stop());

function candidatesFor(statements: readonly (string | Known)[], now = snapshot): readonly string[] {
  const { candidates } = generateCandidates(workloadOf(statements), now);
  return candidates.map(({ definition }) => describeDefinition(definition));
}

describe("covering candidates", () => {
  it("serve a part's lines in a correlated average and in the query around it by one index", () => {
    const found = candidatesFor([
      `select sum(line.l_extendedprice) / 7.0 as a_year from lineitem line, part
       where part.p_partkey = line.l_partkey and part.p_brand = $1 and part.p_container = $2
         and line.l_quantity < (select 0.2 * avg(other.l_quantity) from lineitem other where other.l_partkey = part.p_partkey)`,
    ]);
    expect(found).toContain("public.lineitem (l_partkey) INCLUDE (l_extendedprice, l_quantity)");
    expect(found).toContain("public.lineitem (l_partkey) INCLUDE (l_quantity)");
    expect(found).toContain("public.part (p_container, p_brand)");
  });

  it("serve the cheapest supplier of a part, from both sides of the join", () => {
    const found = candidatesFor([
      `select s.s_acctbal, s.s_name, n.n_name, p.p_partkey, p.p_mfgr from part p, supplier s, partsupp ps, nation n, region r
       where p.p_partkey = ps.ps_partkey and s.s_suppkey = ps.ps_suppkey and p.p_size = $1 and p.p_type like $2
         and s.s_nationkey = n.n_nationkey and n.n_regionkey = r.r_regionkey and r.r_name = $3
         and ps.ps_supplycost = (select min(ps2.ps_supplycost) from partsupp ps2, supplier s2, nation n2, region r2
           where p.p_partkey = ps2.ps_partkey and s2.s_suppkey = ps2.ps_suppkey and s2.s_nationkey = n2.n_nationkey
             and n2.n_regionkey = r2.r_regionkey and r2.r_name = $4)
       order by s.s_acctbal desc limit 100`,
    ]);
    expect(found).toContain("public.partsupp (ps_partkey) INCLUDE (ps_suppkey, ps_supplycost)");
    expect(found).toContain("public.partsupp (ps_suppkey) INCLUDE (ps_partkey, ps_supplycost)");
    expect(found).toContain("public.supplier (s_nationkey) INCLUDE (s_suppkey)");
    expect(found.some((one) => one.startsWith("public.part (p_size"))).toBe(true);
  });

  it("serve shipments of a part by a supplier within a year, below two levels of IN", () => {
    const found = candidatesFor([
      `select s.s_name, s.s_address from supplier s, nation n
       where s.s_nationkey = n.n_nationkey and n.n_name = $1 and s.s_suppkey in (
         select ps.ps_suppkey from partsupp ps where ps.ps_partkey in (select p_partkey from part where p_name like $2)
           and ps.ps_availqty > (select 0.5 * sum(l_quantity) from lineitem
             where l_partkey = ps.ps_partkey and l_suppkey = ps.ps_suppkey and l_shipdate >= $3 and l_shipdate < $4))
       order by s.s_name`,
    ]);
    expect(found).toContain(
      "public.lineitem (l_partkey, l_suppkey, l_shipdate) INCLUDE (l_quantity)",
    );
    expect(found).toContain(
      "public.lineitem (l_partkey, l_suppkey) INCLUDE (l_quantity, l_shipdate)",
    );
  });

  it("serve orders that one supplier alone kept waiting: what EXISTS names in its list is not read", () => {
    const found = candidatesFor([
      `select s.s_name, count(*) from supplier s, lineitem l1, orders o
       where s.s_suppkey = l1.l_suppkey and o.o_orderkey = l1.l_orderkey and o.o_orderstatus = $1 and l1.l_receiptdate > l1.l_commitdate
         and exists (select * from lineitem l2 where l2.l_orderkey = l1.l_orderkey and l2.l_suppkey <> l1.l_suppkey)
         and not exists (select * from lineitem l3 where l3.l_orderkey = l1.l_orderkey and l3.l_suppkey <> l1.l_suppkey and l3.l_receiptdate > l3.l_commitdate)
       group by s.s_name order by 2 desc limit 100`,
    ]);
    expect(found).toContain("public.lineitem (l_orderkey) INCLUDE (l_suppkey)");
    expect(found).toContain(
      "public.lineitem (l_orderkey) INCLUDE (l_commitdate, l_receiptdate, l_suppkey)",
    );
    expect(found).toContain(
      "public.lineitem (l_suppkey) INCLUDE (l_commitdate, l_orderkey, l_receiptdate)",
    );
    expect(found).toContain("public.orders (o_orderstatus) INCLUDE (o_orderkey)");
  });

  it("carry nothing where all columns are wanted, or where rows are locked", () => {
    const found = candidatesFor([
      "select * from orders where o_custkey = $1",
      "select o_orderkey from orders where o_custkey = $1 for update",
      "update orders set o_totalprice = $1 where o_custkey = $2",
    ]);
    expect(found).toEqual(["public.orders (o_custkey)"]);
  });

  it("carry what a query around a subquery or a view picks, not all that it offers", () => {
    expect(
      candidatesFor(["select o.o_totalprice from (select * from orders) o where o.o_custkey = $1"]),
    ).toContain("public.orders (o_custkey) INCLUDE (o_totalprice)");
  });

  it("are not thought of where VACUUM has marked hardly a page all-visible", () => {
    const unvacuumed = {
      ...snapshot,
      relations: snapshot.relations.map((relation) => ({ ...relation, allVisiblePages: 0 })),
    };
    const text = "select o_totalprice from orders where o_custkey = $1";
    expect(candidatesFor([text])).toContain("public.orders (o_custkey) INCLUDE (o_totalprice)");
    expect(candidatesFor([text], unvacuumed)).toEqual(["public.orders (o_custkey)"]);
  });

  it("say why, and how much of the table is all-visible", () => {
    const { candidates } = generateCandidates(
      workloadOf(["select o_totalprice from orders where o_custkey = $1"]),
      snapshot,
    );
    expect(candidates.map(({ origin }) => origin)).toContain(
      "equality on o_custkey; carries o_totalprice, so that the table need not be visited (100 % of its pages are all-visible)",
    );
  });
});

describe("candidates for the costliest statements", () => {
  it("stay where a table has more than may be weighed, and the others are named", () => {
    const statements = Array.from({ length: 12 }, (_, index) => ({
      text: `select l_tax from lineitem where l_quantity = $1 and l_discount = $2 and l_suppkey > $3 order by l_tax limit ${index}`,
      totalMs: 1,
    }));
    const hot = {
      text: "select l_comment from lineitem where l_partkey = $1",
      totalMs: 1_000,
      samples: given(["1"]),
    };
    const workload = workloadOf([...statements, hot]);
    const { candidates, declined } = generateCandidates(workload, snapshot, {
      candidatesPerTable: 3,
    });
    expect(candidates).toHaveLength(3);
    expect(candidates.map(({ definition }) => describeDefinition(definition))).toContain(
      "public.lineitem (l_partkey)",
    );
    expect(declined.some(({ reason }) => reason === "not-evaluated")).toBe(true);
    expect(generateCandidates(workload, snapshot, { candidatesPerTable: 3 }).candidates).toEqual(
      candidates,
    );
  });
});
