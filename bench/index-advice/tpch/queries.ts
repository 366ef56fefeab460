import { seededRandom } from "@streamgate/core";
import { listed, Parameters } from "./parameters.ts";

/** One statement, its values in place. */
export interface NamedStatement {
  readonly name: string;
  readonly sql: string;
}

type Draw = (values: Parameters, scale: number) => string;

/** The 22 questions of the specification, asked of the generator's schema, with values drawn by seed. */
export function tpchQueries(seed: number, scale: number): readonly NamedStatement[] {
  return QUESTIONS.map((draw, index) => ({
    name: `query ${index + 1}`,
    // A query keeps its values when another one draws more.
    sql: draw(new Parameters(seededRandom(seed * 1_000 + index)), scale).trim(),
  }));
}

const REVENUE = "l_extendedprice * (1 - l_discount)";

/** 1: what was billed, by state of the line. */
const pricingSummary: Draw = (values) => `
select l_returnflag, l_linestatus, sum(l_quantity) as quantity, sum(l_extendedprice) as price,
  sum(${REVENUE}) as discounted, sum(${REVENUE} * (1 + l_tax)) as charged,
  avg(l_quantity) as mean_quantity, avg(l_extendedprice) as mean_price, avg(l_discount) as mean_discount,
  count(*) as lines
from lineitem
where l_shipdate <= date '1998-12-01' - interval '${values.between(60, 120)} days'
group by l_returnflag, l_linestatus
order by l_returnflag, l_linestatus`;

/** 2: who of a region delivers a part of a kind cheapest. */
const cheapestSupplier: Draw = (values) => {
  const region = values.region();
  return `
select s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment
from part
join partsupp on ps_partkey = p_partkey
join supplier on s_suppkey = ps_suppkey
join nation on n_nationkey = s_nationkey
join region on r_regionkey = n_regionkey
where p_size = ${values.between(1, 50)} and p_type like '%${values.metal()}' and r_name = '${region}'
  and ps_supplycost = (
    select min(other.ps_supplycost)
    from partsupp as other
    join supplier as seller on seller.s_suppkey = other.ps_suppkey
    join nation as home on home.n_nationkey = seller.s_nationkey
    join region as part_of on part_of.r_regionkey = home.n_regionkey
    where other.ps_partkey = p_partkey and part_of.r_name = '${region}'
  )
order by s_acctbal desc, n_name, s_name, p_partkey
limit 100`;
};

/** 3: which orders of a market that are not shipped yet are worth most. */
const waitingOrders: Draw = (values) => {
  const day = `1995-03-${String(values.between(1, 31)).padStart(2, "0")}`;
  return `
select l_orderkey, sum(${REVENUE}) as revenue, o_orderdate, o_shippriority
from customer
join orders on o_custkey = c_custkey
join lineitem on l_orderkey = o_orderkey
where c_mktsegment = '${values.segment()}' and o_orderdate < date '${day}' and l_shipdate > date '${day}'
group by l_orderkey, o_orderdate, o_shippriority
order by revenue desc, o_orderdate
limit 10`;
};

/** 4: how many orders of a quarter had a late line. */
const lateOrders: Draw = (values) => {
  const from = values.month(1993, 1997);
  return `
select o_orderpriority, count(*) as orders
from orders
where o_orderdate >= date '${from}' and o_orderdate < date '${from}' + interval '3 months'
  and exists (
    select from lineitem where l_orderkey = o_orderkey and l_commitdate < l_receiptdate
  )
group by o_orderpriority
order by o_orderpriority`;
};

/** 5: what suppliers sold to customers of their own nation. */
const localTrade: Draw = (values) => {
  const year = values.between(1993, 1997);
  return `
select n_name, sum(${REVENUE}) as revenue
from customer
join orders on o_custkey = c_custkey
join lineitem on l_orderkey = o_orderkey
join supplier on s_suppkey = l_suppkey and s_nationkey = c_nationkey
join nation on n_nationkey = s_nationkey
join region on r_regionkey = n_regionkey
where r_name = '${values.region()}'
  and o_orderdate >= date '${year}-01-01' and o_orderdate < date '${year + 1}-01-01'
group by n_name
order by revenue desc`;
};

/** 6: what small discounts of a year gave away. */
const discounts: Draw = (values) => {
  const [year, discount] = [values.between(1993, 1997), values.between(2, 9)];
  const [least, most] = [(discount - 1) / 100, (discount + 1) / 100];
  return `
select sum(l_extendedprice * l_discount) as revenue
from lineitem
where l_shipdate >= date '${year}-01-01' and l_shipdate < date '${year + 1}-01-01'
  and l_discount between ${least} and ${most} and l_quantity < ${values.between(24, 25)}`;
};

/** 7: what two nations sold each other in two years. */
const mutualTrade: Draw = (values) => {
  const [one, other] = values.nations(2);
  return `
select supplier_nation, customer_nation, shipped_in, sum(volume) as revenue
from (
  select seller.n_name as supplier_nation, buyer.n_name as customer_nation,
    extract(year from l_shipdate) as shipped_in, ${REVENUE} as volume
  from supplier
  join lineitem on l_suppkey = s_suppkey
  join orders on o_orderkey = l_orderkey
  join customer on c_custkey = o_custkey
  join nation as seller on seller.n_nationkey = s_nationkey
  join nation as buyer on buyer.n_nationkey = c_nationkey
  where l_shipdate between date '1995-01-01' and date '1996-12-31'
    and (
      (seller.n_name = '${one}' and buyer.n_name = '${other}')
      or (seller.n_name = '${other}' and buyer.n_name = '${one}')
    )
) as shipping
group by supplier_nation, customer_nation, shipped_in
order by supplier_nation, customer_nation, shipped_in`;
};

/** 8: a nation's share of its region's market for a type of part. */
const marketShare: Draw = (values) => {
  const { nation, region } = values.place();
  return `
select ordered_in, sum(case when nation = '${nation}' then volume else 0 end) / sum(volume) as share
from (
  select extract(year from o_orderdate) as ordered_in, ${REVENUE} as volume, seller.n_name as nation
  from part
  join lineitem on l_partkey = p_partkey
  join supplier on s_suppkey = l_suppkey
  join orders on o_orderkey = l_orderkey
  join customer on c_custkey = o_custkey
  join nation as buyer on buyer.n_nationkey = c_nationkey
  join region on r_regionkey = buyer.n_regionkey
  join nation as seller on seller.n_nationkey = s_nationkey
  where r_name = '${region}' and o_orderdate between date '1995-01-01' and date '1996-12-31'
    and p_type = '${values.type(3)}'
) as market
group by ordered_in
order by ordered_in`;
};

/** 9: profit on parts of a name, by nation and year. */
const profit: Draw = (values) => `
select nation, ordered_in, sum(amount) as profit
from (
  select n_name as nation, extract(year from o_orderdate) as ordered_in,
    ${REVENUE} - ps_supplycost * l_quantity as amount
  from part
  join lineitem on l_partkey = p_partkey
  join supplier on s_suppkey = l_suppkey
  join partsupp on ps_suppkey = l_suppkey and ps_partkey = l_partkey
  join orders on o_orderkey = l_orderkey
  join nation on n_nationkey = s_nationkey
  where p_name like '%${values.nameWord()}%'
) as profits
group by nation, ordered_in
order by nation, ordered_in desc`;

/** 10: who returned most in a quarter. */
const returns: Draw = (values) => {
  const from = values.month(1993, 1994);
  return `
select c_custkey, c_name, sum(${REVENUE}) as revenue, c_acctbal, n_name, c_address, c_phone, c_comment
from customer
join orders on o_custkey = c_custkey
join lineitem on l_orderkey = o_orderkey
join nation on n_nationkey = c_nationkey
where o_orderdate >= date '${from}' and o_orderdate < date '${from}' + interval '3 months'
  and l_returnflag = 'R'
group by c_custkey, c_name, c_acctbal, c_phone, n_name, c_address, c_comment
order by revenue desc
limit 20`;
};

/** 11: which stock of a nation is worth most. */
const stock: Draw = (values, scale) => {
  const [nation] = values.nations(1);
  const from = `
from partsupp
join supplier on s_suppkey = ps_suppkey
join nation on n_nationkey = s_nationkey
where n_name = '${nation}'`;
  return `
select ps_partkey, sum(ps_supplycost * ps_availqty) as value${from}
group by ps_partkey
having sum(ps_supplycost * ps_availqty) > (
  select sum(ps_supplycost * ps_availqty) * ${(0.0001 / scale).toFixed(6)}${from}
)
order by value desc`;
};

/** 12: whether two cheap ways of shipping make urgent orders late. */
const shippingModes: Draw = (values) => {
  const year = values.between(1993, 1997);
  const urgent = `o_orderpriority in (${listed(values.urgentPriorities())})`;
  return `
select l_shipmode, sum(case when ${urgent} then 1 else 0 end) as urgent,
  sum(case when ${urgent} then 0 else 1 end) as others
from orders
join lineitem on l_orderkey = o_orderkey
where l_shipmode in (${listed(values.shipModes(2))})
  and l_commitdate < l_receiptdate and l_shipdate < l_commitdate
  and l_receiptdate >= date '${year}-01-01' and l_receiptdate < date '${year + 1}-01-01'
group by l_shipmode
order by l_shipmode`;
};

/** 13: how many customers have how many orders. */
const orderCounts: Draw = () => `
select orders, count(*) as customers
from (
  select c_custkey, count(o_orderkey) as orders
  from customer
  left join orders on o_custkey = c_custkey and o_comment not like '%special%requests%'
  group by c_custkey
) as counted
group by orders
order by customers desc, orders desc`;

/** 14: what share of a month's revenue a kind of part brought. */
const kindShare: Draw = (values) => {
  const from = values.month(1993, 1997);
  return `
select 100.00 * sum(case when p_type like '${values.type(1)}%' then ${REVENUE} else 0 end) / sum(${REVENUE}) as share
from lineitem
join part on p_partkey = l_partkey
where l_shipdate >= date '${from}' and l_shipdate < date '${from}' + interval '1 month'`;
};

/** 15: who sold most in a quarter. */
const topSupplier: Draw = (values) => {
  const from = values.month(1993, 1996);
  return `
with revenue as (
  select l_suppkey as supplier_no, sum(${REVENUE}) as total
  from lineitem
  where l_shipdate >= date '${from}' and l_shipdate < date '${from}' + interval '3 months'
  group by l_suppkey
)
select s_suppkey, s_name, s_address, s_phone, total
from supplier
join revenue on supplier_no = s_suppkey
where total = (select max(total) from revenue)
order by s_suppkey`;
};

/** 16: how many suppliers nobody complains of deliver a kind of part. */
const partSuppliers: Draw = (values) => `
select p_brand, p_type, p_size, count(distinct ps_suppkey) as suppliers
from partsupp
join part on p_partkey = ps_partkey
where p_brand <> '${values.brands(1)[0]}' and p_type not like '${values.type(2)}%'
  and p_size in (${listed(values.numbers(8, 1, 50))})
  and ps_suppkey not in (select s_suppkey from supplier where s_comment like '%Customer%complaints%')
group by p_brand, p_type, p_size
order by suppliers desc, p_brand, p_type, p_size`;

/** 17: what a year without small orders of a part would lose. */
const smallOrders: Draw = (values) => `
select sum(l_extendedprice) / 7.0 as a_year
from lineitem
join part on p_partkey = l_partkey
where p_brand = '${values.brands(1)[0]}' and p_container = '${values.container()}'
  and l_quantity < (select 0.2 * avg(other.l_quantity) from lineitem as other where other.l_partkey = p_partkey)`;

/** 18: who orders in large quantities. */
const largeOrders: Draw = (values) => `
select c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity) as quantity
from customer
join orders on o_custkey = c_custkey
join lineitem on l_orderkey = o_orderkey
where o_orderkey in (
  select l_orderkey from lineitem group by l_orderkey having sum(l_quantity) > ${values.between(312, 315)}
)
group by c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice
order by o_totalprice desc, o_orderdate
limit 100`;

/** 19: what parts of three brands brought, each in its containers, quantities and sizes. */
const brandRevenue: Draw = (values) => {
  const containers = ["BIN", "BASKET", "BUNDLE", "SACK"];
  const arms = values.brands(3).map((brand, at) => {
    const quantity = values.between(10 * at + 1, 10 * at + 10);
    const size = ["SLIM", "FLAT", "LONG"][at] ?? "";
    return `(p_brand = '${brand}' and p_container in (${listed(containers.map((container) => `${size} ${container}`))})
      and l_quantity between ${quantity} and ${quantity + 10} and p_size between 1 and ${5 * (at + 1)})`;
  });
  return `
select sum(${REVENUE}) as revenue
from lineitem
join part on p_partkey = l_partkey
where l_shipmode in ('AIR', 'PARCEL') and l_shipinstruct = 'IN PERSON'
  and (${arms.join("\n    or ")})`;
};

/** 20: which suppliers of a nation have too much of a part in stock. */
const overstock: Draw = (values) => {
  const year = values.between(1993, 1997);
  return `
select s_name, s_address
from supplier
join nation on n_nationkey = s_nationkey
where n_name = '${values.nations(1)[0]}'
  and s_suppkey in (
    select ps_suppkey
    from partsupp
    where ps_partkey in (select p_partkey from part where p_name like '${values.nameWord()}%')
      and ps_availqty > (
        select 0.5 * sum(l_quantity)
        from lineitem
        where l_partkey = ps_partkey and l_suppkey = ps_suppkey
          and l_shipdate >= date '${year}-01-01' and l_shipdate < date '${year + 1}-01-01'
      )
  )
order by s_name`;
};

/** 21: which suppliers of a nation alone kept an order of several waiting. */
const waitedFor: Draw = (values) => `
select s_name, count(*) as times
from supplier
join lineitem as late on late.l_suppkey = s_suppkey
join orders on o_orderkey = late.l_orderkey
join nation on n_nationkey = s_nationkey
where o_orderstatus = 'F' and late.l_receiptdate > late.l_commitdate
  and n_name = '${values.nations(1)[0]}'
  and exists (
    select from lineitem as other
    where other.l_orderkey = late.l_orderkey and other.l_suppkey <> late.l_suppkey
  )
  and not exists (
    select from lineitem as other
    where other.l_orderkey = late.l_orderkey and other.l_suppkey <> late.l_suppkey
      and other.l_receiptdate > other.l_commitdate
  )
group by s_name
order by times desc, s_name
limit 100`;

/** 22: which customers with money have no orders, by country code. */
const silentCustomers: Draw = (values) => {
  const codes = listed(values.numbers(7, 10, 34).map(String));
  return `
select country, count(*) as customers, sum(c_acctbal) as balance
from (
  select substring(c_phone from 1 for 2) as country, c_acctbal
  from customer
  where substring(c_phone from 1 for 2) in (${codes})
    and c_acctbal > (
      select avg(c_acctbal) from customer
      where c_acctbal > 0.00 and substring(c_phone from 1 for 2) in (${codes})
    )
    and not exists (select from orders where o_custkey = c_custkey)
) as silent
group by country
order by country`;
};

const QUESTIONS: readonly Draw[] = [
  pricingSummary,
  cheapestSupplier,
  waitingOrders,
  lateOrders,
  localTrade,
  discounts,
  mutualTrade,
  marketShare,
  profit,
  returns,
  stock,
  shippingModes,
  orderCounts,
  kindShare,
  topSupplier,
  partSuppliers,
  smallOrders,
  largeOrders,
  brandRevenue,
  overstock,
  waitedFor,
  silentCustomers,
];
