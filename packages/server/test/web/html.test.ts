import fc from "fast-check";
import { expect, test } from "vitest";
import { html } from "../../src/web/html.ts";

test("values are escaped, markup is not, nothing leaves nothing", () => {
  const inner = html`<b>${"<&>"}</b>`;
  expect(
    html`<p title="${`"'`}">${inner}${null}${undefined}${false}${[1, " ", inner]}</p>`.toString(),
  ).toBe('<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b>1 <b>&lt;&amp;&gt;</b></p>');
});

test("no value can open a tag or leave an attribute, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const markup = html`<i a="${value}">${value}</i>`.toString();
      const inside = markup.slice('<i a="'.length, -"</i>".length);
      expect(inside.replace('">', "")).not.toMatch(/[<>"']/);
    }),
  );
});

test("an object that looks like markup is none", () => {
  const forged = { toString: () => "<script>" } as unknown as string;
  expect(() => html`${forged}`.toString()).toThrow();
});
