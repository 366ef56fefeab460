import type { WhatIfRequest } from "@streamgate/contract";
import { ApiProblem } from "@streamgate/contract";
import { describe, expect, it } from "vitest";
import { totalFreed } from "../../src/pages/indexes/total-freed.ts";
import {
  changesFixture,
  duplicateFixture,
  emptyIndexesFixture,
  fragmentedFixture,
  indexesFixture,
  missingFixture,
  noCasesFixture,
  unusedFixture,
  whatIfFixture,
} from "../fixtures/indexes.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { failing, problemFixture, renderPage } from "../support/render-page.ts";

const api = fixtureApi({
  listIndexes: () => indexesFixture,
  listMissingIndexes: () => missingFixture,
  listUnusedIndexes: () => unusedFixture,
  listDuplicateIndexes: () => duplicateFixture,
  listFragmentedIndexes: () => fragmentedFixture,
  listIndexChanges: () => changesFixture,
});

describe("the indexes page", () => {
  it("lists every index with its size, its use and what it costs a write", async () => {
    const { html, text } = await renderPage("/indexes", api);
    expect(text).toContain("content_pkey primary key");
    expect(text).toContain("nft_owner_idx invalid");
    expect(text).toContain("6 of 6 indexes");
    expect(html).not.toContain("style=");
  });

  it("says of an unused index why, what speaks against dropping it, and the SQL", async () => {
    const { text } = await renderPage("/indexes?tab=unused", api);
    expect(text).toContain("It was not used once in 9 days");
    expect(text).toContain("A replica may use it");
    expect(text).toContain("drop index concurrently public.content_language_idx;");
  });

  it("says why an unused index is not to go yet, and why another one must stay", async () => {
    const { text } = await renderPage("/indexes?tab=unused", api);
    expect(text).toContain("Nothing is advised: 2 days without a scan are known of");
    expect(text).toContain("Must stay all the same");
    expect(text).toContain("nft_content_idx on public.nft: it is not scanned, but without it");
    expect(text).toContain("foreign-key");
  });

  it("shows how each index was used of late, in words too", async () => {
    const { html } = await renderPage("/indexes", api);
    expect(html).toContain('class="sparkline"');
    expect(html).toMatch(/ scans in 24 hours, hour by hour/);
  });

  it("says of a change who made it and whether it did any good, with what that rests on", async () => {
    const { html, text } = await renderPage("/indexes?tab=changed", api);
    expect(text).toContain("effective");
    expect(text).toContain("95 % interval 38.1 to 44.4");
    expect(text).toContain("24 windows before, 24 after");
    expect(text).toContain("applied by StreamGate · ana by the dashboard");
    expect(html).toContain('href="/recommendations/f-index-1?target=media"');
    expect(html).toContain("rung-verified");
    expect(text).toContain("not by StreamGate");
    expect(text).toContain("four windows are needed");
    expect(text).toContain("the effect is of both");
    expect(text).toContain("was idx_content_1");
    expect(html).not.toContain("style=");
  });

  it("shows both definitions of a duplicate", async () => {
    const { text } = await renderPage("/indexes?tab=duplicate", api);
    expect(text).toContain("USING btree (creator_id)");
    expect(text).toContain("USING btree (creator_id, created_at)");
  });

  it("adds up what would be freed, and counts what nobody knows", async () => {
    const { text } = await renderPage("/indexes?tab=fragmented", api);
    expect(text).toContain("would free 756 MB, and what 1 more would free is not known");
    expect(text).toContain("Nothing is advised, for the reasons above");
  });

  it("leads from a missing index to its proof", async () => {
    const { html } = await renderPage("/indexes?tab=missing", api);
    expect(html).toContain('href="/recommendations/f-index-1"');
  });

  it("says that all is well where there is no case, and what to do where nothing is known", async () => {
    const quiet = fixtureApi({
      listIndexChanges: () => ({ items: [], next: null, total: 0, sources: [] }),
      listUnusedIndexes: () => noCasesFixture,
      listIndexes: () => emptyIndexesFixture,
      listMissingIndexes: () => ({ items: [], next: null, total: 0, sources: [] }),
    });
    expect((await renderPage("/indexes?tab=unused", quiet)).text).toContain("has been used");
    expect((await renderPage("/indexes?tab=changed", quiet)).text).toContain(
      "No index has changed",
    );
    expect((await renderPage("/indexes?tab=missing", quiet)).text).toContain("What if");
    expect((await renderPage("/indexes", quiet)).text).toContain("No index is known yet");
    expect((await renderPage("/indexes?table=x", quiet)).text).toContain("Show all indexes");
  });

  it("tells a problem with its remedy", async () => {
    const { text } = await renderPage("/indexes", fixtureApi({ listIndexes: failing }));
    expect(text).toContain("see whether the store runs");
  });
});

describe("what would be freed", () => {
  it("counts an index once that two cases name", () => {
    const one = unusedFixture.items.find(({ freed }) => freed.value === 188_000_000);
    if (one === undefined) throw new Error("the fixture is empty");
    expect(totalFreed([one, one])).toEqual({ bytes: 188_000_000, unknown: 0 });
  });
});

describe("the what-if page", () => {
  it("asks nothing before somebody does", async () => {
    const { text } = await renderPage("/indexes/what-if", api);
    expect(text).toContain("Nothing happens to the watched database");
    expect(text).not.toContain("Answer");
  });

  it("asks what the address says, a line an index, and shows the workload before and after", async () => {
    const asked: WhatIfRequest[] = [];
    const answering = fixtureApi({
      listIndexes: () => indexesFixture,
      askWhatIf: ({ body }) => {
        asked.push(body);
        return whatIfFixture;
      },
    });
    const search = new URLSearchParams({
      indexes: "create index on a (b);\n\n create index on c (d)",
      without: "a_idx",
    });
    const { text } = await renderPage(`/indexes/what-if?${search}`, answering);
    expect(asked).toEqual([
      {
        database: "media",
        indexes: ["create index on a (b)", "create index on c (d)"],
        without: ["a_idx"],
      },
    ]);
    expect(text).toContain("−97 %");
    expect(text).toContain("would take 134 MB");
    expect(text).toContain("the table no longer exists");
    expect(text).toContain("estimated");
  });

  it("keeps the question where it is refused, and says why", async () => {
    const refusing = fixtureApi({
      listIndexes: () => indexesFixture,
      askWhatIf: () => {
        throw new ApiProblem({ ...problemFixture, status: 400, title: "That is not an index" });
      },
    });
    const { text } = await renderPage("/indexes/what-if?indexes=drop+table+users", refusing);
    expect(text).toContain("That is not an index");
    expect(text).toContain("drop table users");
  });
});
