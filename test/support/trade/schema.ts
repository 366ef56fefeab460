/** A small wholesale business in the shape of TPC-H: eight tables, keys, a few indexes; rows by arithmetic, always the same. */
export const TRADE_SCHEMA = `
create table region (r_regionkey integer primary key, r_name text not null);
create table nation (n_nationkey integer primary key, n_name text not null, n_regionkey integer not null references region);
create table supplier (s_suppkey integer primary key, s_name text not null, s_nationkey integer not null, s_acctbal numeric(12, 2) not null, s_comment text);
create table customer (c_custkey integer primary key, c_name text not null, c_nationkey integer not null, c_phone char(15) not null, c_acctbal numeric(12, 2) not null, c_mktsegment char(10) not null);
create table part (p_partkey integer primary key, p_name text not null, p_brand char(10) not null, p_type varchar(25) not null, p_size integer not null, p_container char(10) not null, p_retailprice numeric(12, 2) not null);
create table partsupp (ps_partkey integer not null, ps_suppkey integer not null, ps_availqty integer not null, ps_supplycost numeric(12, 2) not null, primary key (ps_partkey, ps_suppkey));
create table orders (o_orderkey integer primary key, o_custkey integer not null, o_orderstatus char(1) not null, o_totalprice numeric(12, 2) not null, o_orderdate date not null, o_orderpriority char(15) not null, o_comment text);
create table lineitem (l_orderkey integer not null, l_partkey integer not null, l_suppkey integer not null, l_linenumber integer not null, l_quantity numeric(12, 2) not null, l_extendedprice numeric(12, 2) not null, l_discount numeric(12, 2) not null, l_tax numeric(12, 2) not null, l_returnflag char(1) not null, l_linestatus char(1) not null, l_shipdate date not null, l_commitdate date not null, l_receiptdate date not null, l_shipmode char(10) not null, primary key (l_orderkey, l_linenumber));

insert into region select i, (array['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'])[i + 1] from generate_series(0, 4) as i;
insert into nation select i, 'NATION ' || i, i % 5 from generate_series(0, 24) as i;
insert into supplier select i, 'Supplier ' || i, i % 25, (i * 7919 % 1000000) / 100.0, 'comment ' || i % 50 from generate_series(1, 400) as i;
insert into customer select i, 'Customer ' || i, i % 25, 10 + i % 25 || '-' || i % 900, (i * 104729 % 1100000) / 100.0 - 1000, (array['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD'])[1 + i % 5] from generate_series(1, 6000) as i;
insert into part select i, 'part ' || (array['green', 'red', 'blue', 'forest', 'lime'])[1 + i % 5] || ' ' || i % 97, 'Brand#' || 11 + i % 45, (array['PROMO', 'STANDARD', 'SMALL', 'ECONOMY'])[1 + i % 4] || ' ' || (array['BRASS', 'STEEL', 'TIN'])[1 + i % 3], 1 + i % 50, (array['SM BOX', 'MED BAG', 'LG CASE', 'JUMBO PKG'])[1 + i % 4], 900 + i % 1000 from generate_series(1, 8000) as i;
insert into partsupp select p, 1 + (p + s * 101) % 400, (p * s * 7) % 10000, (p * 31 + s) % 1000 from generate_series(1, 8000) as p, generate_series(0, 3) as s;
insert into orders select i * 4, 1 + (i * 7919) % 6000, (array['O', 'F', 'P'])[1 + (i % 20) / 9], (i * 104729 % 40000000) / 100.0, date '1992-01-01' + i * 7 % 2400, (array['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'])[1 + i % 5], case when i % 60 = 0 then 'special requests ' else 'order ' end || i % 700 from generate_series(1, 20000) as i;
insert into lineitem select o.o_orderkey, 1 + (o.o_orderkey * 17 + l * 1013) % 8000, 1 + (o.o_orderkey + l * 37) % 400, l, 1 + (o.o_orderkey + l) % 50, (o.o_orderkey * 31 + l * 977) % 95000 + 900, (o.o_orderkey + l) % 11 / 100.0, (o.o_orderkey * l) % 9 / 100.0,
  case when o.o_orderdate < '1995-06-17' then (array['R', 'A'])[1 + l % 2] else 'N' end, case when o.o_orderdate < '1995-06-17' then 'F' else 'O' end,
  o.o_orderdate + 1 + (o.o_orderkey * l) % 120, o.o_orderdate + 30 + (o.o_orderkey + l) % 60, o.o_orderdate + 2 + (o.o_orderkey * l) % 120 + l, (array['AIR', 'MAIL', 'SHIP', 'TRUCK', 'RAIL', 'FOB', 'REG AIR'])[1 + (o.o_orderkey + l) % 7]
from orders as o, generate_series(1, 3) as l;
create index lineitem_part on lineitem (l_partkey) include (l_quantity, l_extendedprice);
create index lineitem_shipped on lineitem (l_shipdate);
create index lineitem_supplier on lineitem (l_suppkey, l_partkey);
create index orders_customer on orders (o_custkey, o_orderdate desc);
create index orders_date on orders (o_orderdate) where o_orderstatus = 'F';
create index customer_nation on customer (c_nationkey);
create index partsupp_supplier on partsupp (ps_suppkey);
create statistics lineitem_flags (ndistinct, dependencies, mcv) on l_returnflag, l_linestatus from lineitem;
vacuum analyze;`;
