import type { Theme } from "../app/app-state.ts";
import type { PageFiles } from "./manifest.ts";

export interface DocumentParts {
  readonly title: string;
  readonly theme: Theme;
  readonly nonce: string;
  readonly files: PageFiles;
  /** The page as HTML. */
  readonly body: string;
  /** What the program begins with, as JSON that is safe in HTML. */
  readonly json: string;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 13V9m4 4V3m4 10V6m4 7v-3' stroke='%232264d1' stroke-width='2'/%3E%3C/svg%3E";

/** The whole document: styles of the first screen inside, programs named early, everything else after the page. */
export function documentOf({ title, theme, nonce, files, body, json }: DocumentParts): string {
  const links = [
    ...files.styles.map((path) => `<link rel="stylesheet" href="${path}">`),
    ...files.modules.map((path) => `<link rel="modulepreload" href="${path}">`),
  ].join("");
  const program =
    files.entry === undefined
      ? ""
      : `<script type="module" src="${files.entry}" nonce="${nonce}"></script>`;
  return `<!doctype html><html lang="en"${theme === "auto" ? "" : ` data-theme="${theme}"`}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><meta name="description" content="How the service is, why, and what to do about it."><meta name="color-scheme" content="${theme === "auto" ? "light dark" : theme}"><link rel="icon" href="${ICON}"><style nonce="${nonce}">${files.criticalCss}</style><noscript><style nonce="${nonce}">.needs-script{display:none!important}</style></noscript>${links}</head><body><div id="app">${body}</div><script type="application/json" id="first-state">${json}</script>${program}</body></html>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
