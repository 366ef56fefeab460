import { describe, expect, it } from "vitest";
import {
  collectionSentence,
  profileRequestOf,
} from "../../src/pages/resources/instance-requests.ts";
import {
  emptyResourcesFixture,
  profileFixture,
  profileViewFixture,
  resourcesFixture,
  runningProfileFixture,
} from "../fixtures/resources.ts";
import { measured } from "../fixtures/routes.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { failing, readerFixture, renderPage } from "../support/render-page.ts";

const api = fixtureApi({
  getResources: () => resourcesFixture,
  getProfile: () => profileViewFixture,
});
const ONE = `/resources?instance=${encodeURIComponent("10.0.0.7:9464")}`;

describe("the resources page", () => {
  it("lists the processes, what was found in them, and the profiles", async () => {
    const { html, text } = await renderPage("/resources", api);
    expect(text).toContain("media · 10.0.0.8:9464");
    expect(text).toContain("The heap after collections has grown");
    expect(text).toContain("Bound the Map at");
    expect(html).toContain('href="/resources/profiles/p-7"');
    expect(html).not.toContain('href="/resources/profiles/p-8"');
    expect(html).not.toContain("style=");
  });

  it("shows one process with all its figures and what can be done with it", async () => {
    const { text } = await renderPage(ONE, api);
    expect(text).toContain("Heap held after a collection");
    expect(text).toContain("Take a profile…");
    expect(text).toContain("Force GC…");
  });

  it("lets only those act who may", async () => {
    const { text } = await renderPage(ONE, api, readerFixture);
    expect(text).not.toContain("Force GC…");
  });

  it("says what to do where no process reported, and tells a problem", async () => {
    const quiet = fixtureApi({ getResources: () => emptyResourcesFixture });
    const { text } = await renderPage("/resources", quiet);
    expect(text).toContain("start the agent in the service");
    expect(text).toContain("No profile has been taken yet");
    const failed = fixtureApi({ getResources: failing });
    expect((await renderPage("/resources", failed)).text).toContain("see whether the store runs");
  });
});

describe("what a form asks of a process", () => {
  const instance = { service: "media", instance: "a" };

  it("is a profile of 1 to 60 seconds, and of 10 where it says nonsense", () => {
    const form = new FormData();
    form.set("kind", "heap");
    form.set("seconds", "30");
    expect(profileRequestOf(form, instance)).toEqual({ ...instance, kind: "heap", seconds: 30 });
    form.set("seconds", "900");
    expect(profileRequestOf(form, instance).seconds).toBe(10);
    expect(profileRequestOf(new FormData(), instance).kind).toBe("cpu");
  });

  it("tells what a collection freed, and never less than nothing", () => {
    const bytes = (value: number | null) => measured(value, "bytes");
    expect(collectionSentence({ instance: "a", before: bytes(4e8), after: bytes(1e8) })).toBe(
      "a freed 286 MB: 381 MB before, 95.4 MB after.",
    );
    expect(collectionSentence({ instance: "a", before: bytes(1), after: bytes(9) })).toContain(
      "freed 0",
    );
    expect(collectionSentence({ instance: "a", before: bytes(null), after: bytes(9) })).toBe(
      "a collected its garbage.",
    );
  });
});

describe("the page of a profile", () => {
  it("draws the whole profile, each function a link that looks closer", async () => {
    const { html, text } = await renderPage("/resources/profiles/p-7", api);
    expect(html).toContain("?root=2.0");
    expect(html).toContain('aria-label="rankResults (src/catalogue/rank.ts:44): 3.37 s');
    expect(text).toContain("the service's own");
    expect(html).not.toContain("style=");
  });

  it("is one stop for the Tab key, and looks closer at what the address says", async () => {
    const { html, text } = await renderPage("/resources/profiles/p-7?root=2.0", api);
    expect(html.match(/<a [^>]*tabIndex="0"[^>]*data-depth/g)).toHaveLength(1);
    expect(text).toContain("Show the whole profile");
    expect(html).toContain("is-ancestor");
  });

  it("says what share a search finds, in the drawing and in the table", async () => {
    const { html, text } = await renderPage("/resources/profiles/p-7?search=serialise", api);
    expect(text).toContain("of the profile passes through “serialise”");
    expect(html.match(/is-found/g)).toHaveLength(1);
    const table = await renderPage("/resources/profiles/p-7?view=functions&search=serialise", api);
    expect(table.text).toContain("serialise node_modules/fast-json-stringify");
    expect(table.text).not.toContain("tokenise");
  });

  it("says that a profile still runs, and why one failed", async () => {
    const running = fixtureApi({ getProfile: () => runningProfileFixture });
    expect((await renderPage("/resources/profiles/p-8", running)).text).toContain("is being taken");
    const failed = fixtureApi({
      getProfile: () => ({
        profile: { ...profileFixture, state: "failed", problem: "The process ended." },
        unit: "bytes",
        root: null,
      }),
    });
    expect((await renderPage("/resources/profiles/p-6", failed)).text).toContain(
      "Take another one",
    );
  });
});
