import { createHash } from "node:crypto";

/** The style of an exported proof: light and dark, on paper, and down to 375 px. */
export const PROOF_STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--faint:#59636e;--line:#d1d9e0;--before:#9a6700;--after:#1a7f37;--harm:#cf222e}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--faint:#9198a1;--line:#3d444d;--before:#d29922;--after:#3fb950;--harm:#f85149}}
body{margin:0 auto;max-width:62rem;padding:1.5rem 1rem 3rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.5rem 0}.verdict{font-weight:600}.proven{color:var(--after)}.harmful,.harm{color:var(--harm)}
.faint,small,figcaption{color:var(--faint)}.scroll{overflow-x:auto}
pre{overflow-x:auto;padding:.75rem;border:1px solid var(--line);border-radius:6px;font:13px/1.45 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
td.code{font:13px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}
tr.gone td:first-child,tr.changed td:first-child{color:var(--before)}tr.new td:last-child,tr.changed td:last-child{color:var(--after)}
figure{margin:1rem 0}svg{width:100%;height:auto}svg text{fill:var(--faint);font-size:12px;font-family:system-ui,sans-serif}
.grid{stroke:var(--line)}.base,.zero{stroke:var(--faint)}.ridge{fill-opacity:.25}.dot{fill-opacity:.55}.median{stroke-width:2}
.before .ridge,.before .dot{fill:var(--before)}.before .median{stroke:var(--before)}
.after .ridge,.after .dot{fill:var(--after)}.after .median{stroke:var(--after)}.interval{fill:var(--after)}
.line{fill:none;stroke:var(--after)}.whisker{stroke:var(--after);stroke-width:2}.point{fill:var(--after)}
@media print{body{max-width:none}}
`;

/** Nothing but this very style may work in the file: no script, no address, no form. */
export const PROOF_POLICY: string = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(PROOF_STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;
