import { type Html, html } from "../html.ts";

/** A figure with its name and its rung. */
export function fact(name: string, value: string, rung: string): Html {
  return html`<div><dt>${name}</dt><dd>${value} <span class="rung">${rung}</span></dd></div>`;
}
