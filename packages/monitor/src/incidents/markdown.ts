/**
 * Text from outside as it shall be read in Markdown: on one line, and without any character that would make a link, an
 * image, a heading, a table cell or HTML of it.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]()#+!|~-]/g, "\\$&");
}
