import { Html, html } from "../web/html.ts";

export interface SignInPage {
  readonly nonce: string;
  readonly formToken: string;
  /** Where to go afterwards: a path of this server. */
  readonly to: string;
  readonly singleSignOnUrl: string | null;
  /** Why the last try did not work. */
  readonly problem: string | null;
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#c8ccd3, #3b414a); --accent: light-dark(#2264d1, #6ea2ff); --on: light-dark(#fff, #0d1524); --bad: light-dark(#b3261e, #ff8a7e); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#fbfbfa, #121417); color: light-dark(#1b1d22, #e4e6ea); }
main { width: 100%; max-width: 26rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
label { display: block; font-weight: 600; }
input { width: 100%; font: inherit; padding: .6rem; margin: .25rem 0 1rem; border: 1px solid var(--line); border-radius: .4rem; background: light-dark(#fff, #1a1d22); color: inherit; }
button, .button { display: block; width: 100%; font: inherit; font-weight: 600; text-align: center; padding: .65rem; border: 1px solid var(--accent); border-radius: .4rem; background: var(--accent); color: var(--on); cursor: pointer; text-decoration: none; }
.button { background: none; color: var(--accent); margin-top: 1rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { color: var(--bad); margin: 0 0 1rem; }
.hint { font-size: .9rem; }
code { font: .9em ui-monospace, monospace; }
`;

/** Where a browser signs in; works without JavaScript. */
export function signInPage(page: SignInPage): Html {
  const { nonce, formToken, to, singleSignOnUrl, problem } = page;
  const href = singleSignOnUrl === null ? "" : `${singleSignOnUrl}?${new URLSearchParams({ to })}`;
  return whole(
    nonce,
    "Sign in",
    html`<h1>Sign in to StreamGate</h1>
${problem !== null && html`<p class="problem" role="alert" id="problem">${problem}</p>`}
<form method="post" action="/sign-in">
<input type="hidden" name="form" value="${formToken}">
<input type="hidden" name="to" value="${to}">
<label for="token">Token</label>
<input id="token" name="token" type="password" required maxlength="400" autocomplete="current-password" autocapitalize="none" spellcheck="false" autofocus aria-describedby="${problem === null ? "hint" : "problem hint"}">
<button type="submit">Sign in</button>
</form>
${singleSignOnUrl !== null && html`<a class="button" href="${href}">Sign in with your organisation</a>`}
<p class="hint" id="hint">It begins with <code>sgt_</code>. Whoever runs StreamGate makes one with <code>streamgate tokens create</code>.</p>`,
  );
}

/**
 * Goes on to a page by itself. What another site led to comes without the session's cookie (`SameSite=Strict`); what this page
 * leads to comes with it.
 */
export function goOnPage(nonce: string, to: string): Html {
  return whole(
    nonce,
    "One moment",
    html`<p><a href="${to}">Go on to StreamGate</a></p>`,
    html`<meta http-equiv="refresh" content="0;url=${to}">`,
  );
}

function whole(nonce: string, title: string, body: Html, head: Html = html``): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}
<title>${title} · StreamGate</title>
${styleOf(nonce)}
</head>
<body><main>
${body}
</main></body>
</html>
`;
}

function styleOf(nonce: string): Html {
  return new Html(`<style nonce="${nonce}">${STYLE}</style>`);
}
