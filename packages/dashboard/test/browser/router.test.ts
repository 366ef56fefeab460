import { ApiProblem, type NowView } from "@streamgate/contract";
import { describe, expect, test, vi } from "vitest";
import type { AppState } from "../../src/app/app-state.ts";
import { addressOf, createRouter } from "../../src/browser/router.ts";
import { page } from "../../src/pages/now/now-page.tsx";
import { NOW_MS } from "../fixtures/clock.ts";
import { nowFixture } from "../fixtures/now.ts";
import { type FixtureAnswers, fixtureApi, sessionFixture } from "../support/fixture-api.ts";

const address = (href: string) => addressOf(new URL(href, "http://page"));
const sentenceOf = (state: AppState) => (state.data as NowView).verdict.sentence;

function start(answers: FixtureAnswers, options: { readonly seenAtMs?: number } = {}) {
  let nowMs = 1_000;
  const onSignedOut = vi.fn();
  const router = createRouter({
    api: fixtureApi(answers),
    first: {
      address: address("/"),
      page: page as AppState["page"],
      data: nowFixture,
      problem: undefined,
      nowMs: NOW_MS,
      zone: "UTC",
      theme: "auto",
      session: sessionFixture,
    },
    clock: { now: () => new Date(0), monotonicMs: () => nowMs, sleep: async () => undefined },
    onSignedOut,
    takeSeenAtMs: () => options.seenAtMs,
  });
  return { router, onSignedOut, pass: (ms: number) => (nowMs += ms) };
}

const saying = (sentence: string): NowView => ({
  ...nowFixture,
  verdict: { ...nowFixture.verdict, sentence },
});

const problem = (status: number) =>
  new ApiProblem({
    type: "about:blank",
    title: "StreamGate cannot be reached",
    status,
    detail: "",
    code: "SG_TEST",
    remedy: "",
    requestId: "",
  });

describe("the router", () => {
  test("shows another page with its data, by the server's clock", async () => {
    const { router, pass } = start({ getNow: () => saying("All is well.") });
    pass(5_000);
    expect(await router.show(address("/?from=-6h"))).toBe(true);
    expect(sentenceOf(router.state.value)).toBe("All is well.");
    expect(router.state.value.nowMs).toBe(NOW_MS + 5_000);
  });

  test("shows the page that was asked for last, however the answers come", async () => {
    const answers: ((view: NowView) => void)[] = [];
    const { router } = start({ getNow: () => new Promise((resolve) => answers.push(resolve)) });
    const first = router.show(address("/?from=-6h"));
    const second = router.show(address("/?from=-24h"));
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.(saying("second"));
    expect(await second).toBe(true);
    answers[0]?.(saying("first"));
    expect(await first).toBe(false);
    expect(sentenceOf(router.state.value)).toBe("second");
    expect(router.state.value.address.search.get("from")).toBe("-24h");
  });

  test("is not turned back by a reload while it goes to another page", async () => {
    const answers: ((view: NowView) => void)[] = [];
    const { router } = start({ getNow: () => new Promise((resolve) => answers.push(resolve)) });
    const shown = router.show(address("/?from=-6h"));
    await router.reload();
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    answers[0]?.(saying("there"));
    expect(await shown).toBe(true);
    expect(sentenceOf(router.state.value)).toBe("there");
  });

  test("keeps what it shows where reading it again fails, and says so", async () => {
    const { router } = start({
      getNow: () => {
        throw problem(0);
      },
    });
    await router.reload();
    expect(router.state.value.problem?.status).toBe(0);
    expect(router.state.value.data).toBe(nowFixture);
    expect(router.state.value.nowMs).toBe(NOW_MS);
  });

  test("shows the problem where another page cannot be read", async () => {
    const { router } = start({});
    await router.show(address("/status"));
    expect(router.state.value.data).toBeUndefined();
    expect(router.state.value.problem?.code).toBe("SG_TEST_NO_FIXTURE");
    expect(router.state.value.page).toBeDefined();
  });

  test("says of what came out of the cache when it was so", async () => {
    const { router } = start({ getNow: () => saying("old") }, { seenAtMs: NOW_MS - 60_000 });
    await router.reload();
    expect(router.state.value.problem?.title).toBe("Offline");
    expect(router.state.value.nowMs).toBe(NOW_MS - 60_000);
  });

  test("sends whoever's session is over to sign in", async () => {
    const { router, onSignedOut } = start({
      getNow: () => {
        throw problem(401);
      },
    });
    await router.reload();
    expect(onSignedOut).toHaveBeenCalledOnce();
  });

  test("shows no page where there is none", async () => {
    const { router } = start({});
    await router.show(address("/nowhere"));
    expect(router.state.value.page).toBeUndefined();
  });

  test("uses what was read beforehand, once", async () => {
    const getNow = vi.fn(() => saying("read early"));
    const { router } = start({ getNow });
    router.prefetch(address("/?from=-6h"));
    await vi.waitFor(() => expect(getNow).toHaveBeenCalledOnce());
    await router.show(address("/?from=-6h"));
    expect(getNow).toHaveBeenCalledOnce();
    await router.show(address("/?from=-6h"));
    expect(getNow).toHaveBeenCalledTimes(2);
  });

  test("shows a sign of waiting only to whoever waits long", async () => {
    vi.useFakeTimers();
    try {
      let answer: (view: NowView) => void = () => undefined;
      const { router } = start({
        getNow: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      });
      const shown = router.show(address("/?from=-6h"));
      await vi.advanceTimersByTimeAsync(140);
      expect(router.waiting.value).toBe("none");
      await vi.advanceTimersByTimeAsync(20);
      expect(router.waiting.value).toBe("bar");
      answer(nowFixture);
      await shown;
      expect(router.waiting.value).toBe("none");
    } finally {
      vi.useRealTimers();
    }
  });
});
