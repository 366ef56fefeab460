import { describe, expect, test } from "vitest";
import { recommendationFixture, recommendationsFixture } from "../fixtures/recommendations.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { renderPage } from "../support/render-page.ts";

describe("the page of recommendations", () => {
  test("shows what each saves, how sure that is, and how far it has come", async () => {
    const { text, html } = await renderPage(
      "/recommendations",
      fixtureApi({
        listRecommendations: () => recommendationsFixture,
      }),
    );
    expect(text).toContain("An index on public.transactions (user_id, created_at DESC)");
    expect(text).toContain("verified");
    expect(text).toContain("12 in all");
    expect(html).toContain("/recommendations/leak-77?target=media");
    expect(html).toContain("after=bmV4dA");
  });

  test("asks for what the address says, and for what is open where it says nothing", async () => {
    const asked: unknown[] = [];
    const listRecommendations = ({ query }: { readonly query?: unknown }) => {
      asked.push(query);
      return recommendationsFixture;
    };
    await renderPage("/recommendations", fixtureApi({ listRecommendations }));
    await renderPage(
      "/recommendations?state=all&kind=index&severity=high&sort=nonsense",
      fixtureApi({
        listRecommendations,
      }),
    );
    expect(asked).toEqual([
      { limit: 100, state: "open" },
      { limit: 100, kind: "index", severity: "high" },
    ]);
  });

  test("says what is left to do where there is nothing", async () => {
    const nothing = { ...recommendationsFixture, items: [], next: null, total: 0 };
    const done = await renderPage(
      "/recommendations",
      fixtureApi({ listRecommendations: () => nothing }),
    );
    expect(done.text).toContain("Nothing is left to do");
    const never = await renderPage(
      "/recommendations",
      fixtureApi({
        listRecommendations: () => ({ ...nothing, states: {} }),
      }),
    );
    expect(never.text).toContain("Nothing was found yet");
    const filtered = await renderPage(
      "/recommendations?search=xyz",
      fixtureApi({
        listRecommendations: () => nothing,
      }),
    );
    expect(filtered.text).toContain("None fits the filter");
  });
});

describe("the page of a recommendation", () => {
  test("tells the whole story: statements, fix, proof with distributions, verification, undo", async () => {
    const { text, html } = await renderPage(
      "/recommendations/idx-3f9c2a?target=main",
      fixtureApi({
        getRecommendation: () => recommendationFixture,
      }),
    );
    for (const part of [
      "The fix",
      "create index concurrently",
      "SHARE UPDATE EXCLUSIVE",
      "The proof",
      "162 × (151 to 174)",
      "identical, 20 rows",
      "Predicted, measured, verified",
      "an inserted row takes longer",
      "What production showed",
      "14 untouched statements",
      "drop index concurrently",
    ])
      expect(text).toContain(part);
    expect(html).toContain('class="density is-before"');
    expect(html).not.toMatch(/<[a-z][^>]* style="/);
  });

  test("shows nothing of a proof where there is none", async () => {
    const { text } = await renderPage(
      "/recommendations/idx-3f9c2a",
      fixtureApi({
        getRecommendation: () => ({ ...recommendationFixture, proof: null, applications: [] }),
      }),
    );
    expect(text).not.toContain("The proof");
    expect(text).toContain("Why it is thought so");
  });

  test("says that there is no such one", async () => {
    const { text } = await renderPage("/recommendations/nonsense", fixtureApi({}));
    expect(text).toContain("There is no fixture");
  });
});
