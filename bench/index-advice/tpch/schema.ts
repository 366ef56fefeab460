/** Eight tables without keys, so that rows are loaded quickly. */
export const TPCH_TABLES_SQL = `
create table region (r_regionkey integer not null, r_name text not null, r_comment text not null);
create table nation (
  n_nationkey integer not null, n_name text not null, n_regionkey integer not null, n_comment text not null
);
create table supplier (
  s_suppkey integer not null, s_name text not null, s_address text not null, s_nationkey integer not null,
  s_phone text not null, s_acctbal numeric(12, 2) not null, s_comment text not null
);
create table part (
  p_partkey integer not null, p_name text not null, p_mfgr text not null, p_brand text not null,
  p_type text not null, p_size integer not null, p_container text not null,
  p_retailprice numeric(12, 2) not null, p_comment text not null
);
create table partsupp (
  ps_partkey integer not null, ps_suppkey integer not null, ps_availqty integer not null,
  ps_supplycost numeric(12, 2) not null, ps_comment text not null
);
create table customer (
  c_custkey integer not null, c_name text not null, c_address text not null, c_nationkey integer not null,
  c_phone text not null, c_acctbal numeric(12, 2) not null, c_mktsegment text not null, c_comment text not null
);
create table orders (
  o_orderkey integer not null, o_custkey integer not null, o_orderstatus char(1) not null,
  o_totalprice numeric(12, 2) not null, o_orderdate date not null, o_orderpriority text not null,
  o_clerk text not null, o_shippriority integer not null, o_comment text not null
);
create table lineitem (
  l_orderkey integer not null, l_partkey integer not null, l_suppkey integer not null,
  l_linenumber integer not null, l_quantity numeric(12, 2) not null, l_extendedprice numeric(12, 2) not null,
  l_discount numeric(12, 2) not null, l_tax numeric(12, 2) not null, l_returnflag char(1) not null,
  l_linestatus char(1) not null, l_shipdate date not null, l_commitdate date not null,
  l_receiptdate date not null, l_shipinstruct text not null, l_shipmode text not null, l_comment text not null
);`;

/** Primary and foreign keys; no other index. */
export const TPCH_KEYS_SQL = `
alter table region add primary key (r_regionkey);
alter table nation add primary key (n_nationkey), add foreign key (n_regionkey) references region;
alter table supplier add primary key (s_suppkey), add foreign key (s_nationkey) references nation;
alter table part add primary key (p_partkey);
alter table partsupp add primary key (ps_partkey, ps_suppkey),
  add foreign key (ps_partkey) references part, add foreign key (ps_suppkey) references supplier;
alter table customer add primary key (c_custkey), add foreign key (c_nationkey) references nation;
alter table orders add primary key (o_orderkey), add foreign key (o_custkey) references customer;
alter table lineitem add primary key (l_orderkey, l_linenumber),
  add foreign key (l_orderkey) references orders,
  add foreign key (l_partkey, l_suppkey) references partsupp;`;
