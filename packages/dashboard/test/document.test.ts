import { ApiProblem } from "@streamgate/contract";
import { renderDashboard } from "@streamgate/dashboard";
import { describe, expect, test } from "vitest";
import { jsonInHtml, roundedForDrawing } from "../src/server/page-data.ts";
import { NOW_MS } from "./fixtures/clock.ts";
import { nowFixture } from "./fixtures/now.ts";
import { type FixtureAnswers, fixtureApi } from "./support/fixture-api.ts";

function render(
  href: string,
  answers: FixtureAnswers = {},
  cookies: Readonly<Record<string, string>> = {},
) {
  const { pathname: path, search } = new URL(href, "http://page");
  return renderDashboard({
    path,
    search,
    nonce: "the-nonce",
    api: fixtureApi(answers),
    cookies,
    nowMs: NOW_MS,
  });
}

describe("a document", () => {
  test("is whole without a program: verdict, cause with its share, six figures with charts, three actions, incidents, the job", async () => {
    const { status, html } = await render("/");
    expect(status).toBe(200);
    const body = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
    const text = body.replaceAll(/<[^>]+>/g, "");
    for (const part of [
      nowFixture.verdict.sentence,
      nowFixture.verdict.cause?.summary,
      "71 %",
      ...nowFixture.actions.map(({ summary }) => summary),
      "media is slow",
      "copying public.keywords",
      "connection refused",
    ])
      expect(text).toContain(part);
    expect(body.match(/<svg /g)).toHaveLength(6);
    expect(body.match(/class="figure-large"/g)).toHaveLength(6);
  });

  test("says of every number of the first screen how it was earned", async () => {
    const { html } = await render("/");
    expect(html.match(/class="rung rung-/g)).toHaveLength(6 + 1 + 3);
  });

  test("holds no style attribute, no script without the nonce, no handler", async () => {
    const { html } = await render("/?from=-6h&compare=previous");
    expect(html).not.toMatch(/<[^>]+\sstyle=/);
    expect(html).not.toMatch(/<[^>]+\son\w+=/);
    expect(html).not.toMatch(/<script(?! type="application\/json")(?![^>]*nonce="the-nonce")/);
    expect(html).not.toMatch(/<style(?! nonce="the-nonce")/);
  });

  test("lets nothing out of a statement's text become a part of it", async () => {
    const evil = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'`;
    const { html } = await render("/", {
      getNow: () => ({ ...nowFixture, verdict: { ...nowFixture.verdict, sentence: evil } }),
    });
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<img");
    const { html: missing } = await render(
      `/${encodeURIComponent(evil)}?sort=${encodeURIComponent(evil)}`,
    );
    expect(missing).not.toContain("<script>alert");
  });

  test("of an address without a page is 404 and says so", async () => {
    const { status, html } = await render("/nowhere");
    expect(status).toBe(404);
    expect(html).toContain("There is no such page");
    expect(html).toContain("See how the service is now");
  });

  test("of a page that cannot be read has the problem's status, its remedy and its request", async () => {
    const { status, html } = await render("/", {
      getNow: () => {
        throw new ApiProblem({
          type: "about:blank",
          title: "The store does not answer",
          status: 503,
          detail: "connection refused",
          code: "SG_SERVER_STORE",
          remedy: "see whether it runs",
          requestId: "r-17",
        });
      },
    });
    expect(status).toBe(503);
    for (const part of ["The store does not answer", "see whether it runs", "r-17"])
      expect(html).toContain(part);
  });

  test("is as whoever asks has chosen to see it", async () => {
    const { html } = await render(
      "/",
      {},
      {
        "streamgate-theme": "dark",
        "streamgate-zone": "Asia/Kolkata",
      },
    );
    expect(html).toContain('data-theme="dark"');
    expect(html.slice(html.indexOf("<main"))).toContain("<span>19:33</span>");
  });

  test("believes no cookie that means nothing", async () => {
    const { status, html } = await render(
      "/",
      {},
      {
        "streamgate-theme": '"><script>',
        "streamgate-zone": "%E0%A4%A",
      },
    );
    expect(status).toBe(200);
    expect(html).toContain('<html lang="en">');
  });

  test("is of use also where nobody can tell who asks", async () => {
    const { status } = await render("/", {
      getSession: () => {
        throw new Error("gone");
      },
    });
    expect(status).toBe(200);
  });
});

test("data in a page cannot end their element", () => {
  const text = jsonInHtml({ text: "</script><!--" });
  expect(text).not.toContain("<");
  expect(JSON.parse(text)).toEqual({ text: "</script><!--" });
});

test("only what is drawn is rounded", () => {
  expect(
    roundedForDrawing({ value: 1.234567, values: [1.234567, null], sparkline: [9.87654] }),
  ).toEqual({
    value: 1.234567,
    values: [1.235, null],
    sparkline: [9.877],
  });
});
