import type { Asked } from "./ask.ts";

/** Columns that go together, of which the planner knows nothing before it is told. */
export const PLACES = `
  create table places (id int primary key, city int not null, region int not null, zip int not null, email text not null);
  insert into places select i, i % 100, i % 100 / 10, i % 100 * 7, 'User' || i || '@example.org' from generate_series(1, 60000) i;
  create table trips (id int primary key, place int not null, note text);
  insert into trips select i, 1 + i % 60000, repeat('x', 40) from generate_series(1, 200000) i;
  create index on trips (place);
  create index on places (city);`;

interface PlaceStatement extends Asked {
  readonly name: string;
}

const together = (call: number): readonly string[] => {
  const city = (call * 17) % 100;
  return [String(city), String(Math.floor(city / 10)), String(city * 7)];
};

export const PLACE_STATEMENTS: readonly PlaceStatement[] = [
  {
    name: "three columns that are one, below a join",
    text: "select t.* from places p join trips t on t.place = p.id where p.city = $1 and p.region = $2 and p.zip = $3",
    values: together,
  },
  {
    name: "three columns that are one",
    text: "select * from places where city = $1 and region = $2 and zip = $3",
    values: together,
  },
  {
    name: "groups of columns that are one",
    text: "select city, region, zip, count(*) from places group by city, region, zip",
    values: () => [],
  },
  {
    name: "an expression without statistics",
    text: "select p.*, t.note from places p join trips t on t.place = p.id where lower(p.email) = $1",
    values: (call) => [`user${1 + call * 31}@example.org`],
  },
];
