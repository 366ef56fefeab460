import { describe, expect, it } from "vitest";
import { readStatementSearch } from "../../src/workload/statement-search.ts";

const columnsOf = (text: string): readonly string[] =>
  readStatementSearch(text)?.columns.toSorted() ?? [];

describe("the columns that a statement searches by", () => {
  it.each([
    ["select title from songs where owner = $1 order by at desc", ["at", "owner"]],
    ["select s.title from songs s join users u on u.id = s.owner", ["id", "owner"]],
    ["select * from songs join plays using (song) where lower(title) like $1", ["song", "title"]],
    ["select owner, count(*) from songs group by owner", ["owner"]],
    ["update songs set plays = plays + $1 where id = $2", ["id"]],
    ["delete from songs where id in (select song from plays where at < $1)", ["at", "id"]],
    ["select a from x where q = $1 union select b from y where r = $2", ["q", "r"]],
    ["insert into songs (owner, title) values ($1, $2)", []],
  ])("of `%s` are %j", (text, columns) => {
    expect(columnsOf(text)).toEqual(columns);
  });
});

describe("the tables that a statement touches", () => {
  it("have the schema that the text gives them, and none where it gives none", () => {
    const found = readStatementSearch('update shop."Songs" set a = 1 from users where id = owner');
    expect(found?.relations).toContainEqual({ schema: "shop", name: "Songs" });
    expect(found?.relations).toContainEqual({ schema: null, name: "users" });
    expect(found?.kind).toBe("update");
  });
});

it.each(["begin", "create index on songs (owner)", "select * from songs where (", ""])(
  "says nothing of what cannot be judged: `%s`",
  (text) => {
    expect(readStatementSearch(text)).toBeNull();
  },
);
