vcl 4.1;

# Varnish 7 in front of an API whose responses carry the headers of `edgeHeaders({ service: "varnish", … })`.
# Needs vmod xkey (Debian: varnish-modules). Adapt the two blocks below; README.md says the rest.

import std;
import xkey;

# The API. Its health is probed: while it is sick, pages are served as long as stale-if-error allows.
backend origin {
    .host = "127.0.0.1";
    .port = "3000";
    .connect_timeout = 1s;
    .first_byte_timeout = 15s;
    .between_bytes_timeout = 5s;
    .probe = {
        .url = "/healthz";
        .interval = 2s;
        .timeout = 1s;
        .window = 5;
        .threshold = 3;
        .initial = 3;
    }
}

# Who may purge: the addresses from which the API's processes come.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.restarts == 0) {
        # What this file tells itself in request headers; nobody else may.
        unset req.http.x-edge-handling;
        unset req.http.x-edge-fresh;
        unset req.http.x-edge-any;
        unset req.http.x-edge-purged;
    }

    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(403, "Not allowed to purge"));
        }
        if (req.http.xkey-purge) {
            set req.http.x-edge-purged = xkey.purge(req.http.xkey-purge);
        } elseif (req.http.xkey-softpurge) {
            set req.http.x-edge-purged = xkey.softpurge(req.http.xkey-softpurge);
        } else {
            return (synth(400, "Name the keys in xkey-purge or xkey-softpurge"));
        }
        return (synth(200, "Purged"));
    }

    # Varnish keeps pages compressed by gzip and unpacks them for clients that cannot; more variants would only split
    # the cache.
    if (req.http.Accept-Encoding ~ "gzip") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }

    if (req.http.x-edge-fresh) {
        set req.grace = 0s;
    } elseif (req.http.x-edge-any) {
        set req.grace = 3650d;
    }

    # With Authorization only what was answered as public is found (see vcl_hash and vcl_backend_response); everything
    # else that Varnish passes by itself (other methods, cookies) is left to its built-in code.
    if (req.http.Authorization && !req.http.Cookie && (req.method == "GET" || req.method == "HEAD")) {
        call vcl_req_host;
        return (hash);
    }
}

sub vcl_hash {
    # Without return: url and host are added by the built-in code.
    if (req.http.Authorization) {
        hash_data("authorized");
    }
}

sub vcl_hit {
    set req.http.x-edge-handling = "hit";
    if (obj.ttl < 0s && !req.http.x-edge-any && std.healthy(req.backend_hint)
        && obj.ttl + std.duration(obj.http.x-edge-swr, obj.grace) < 0s) {
        # Past stale-while-revalidate. The rest of the grace is for failures: fetch first.
        set req.http.x-edge-fresh = "1";
        return (restart);
    }
}

sub vcl_miss {
    set req.http.x-edge-handling = "fwd=miss";
}

sub vcl_pass {
    set req.http.x-edge-handling = "fwd=bypass";
}

sub vcl_backend_fetch {
    # x-edge-fresh goes with the request: the backend side has no other memory of its own.
    unset bereq.http.x-edge-handling;
    unset bereq.http.x-edge-any;
}

sub vcl_backend_response {
    # Only this file may set it.
    unset beresp.http.x-edge-swr;

    if (beresp.status >= 500) {
        if (bereq.is_bgfetch || bereq.http.x-edge-fresh) {
            # A stale page is there: a failure that is delivered would replace it.
            return (abandon);
        }
        set beresp.ttl = 0s;
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        return (deliver);
    }

    if (bereq.uncacheable) {
        return (deliver);
    }

    if (beresp.http.Set-Cookie || beresp.http.Vary == "*"
        || (bereq.http.Authorization && beresp.http.CDN-Cache-Control !~ "(^|[ ,])public($|[ ,;])"
            && beresp.http.Cache-Control !~ "(^|[ ,])public($|[ ,;])")) {
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
        return (deliver);
    }

    # RFC 9213: where CDN-Cache-Control is present it alone counts.
    if (beresp.http.CDN-Cache-Control) {
        if (beresp.http.CDN-Cache-Control ~ "(^|[ ,])(no-store|no-cache|private)($|[ ,;=])"
            || beresp.http.CDN-Cache-Control !~ "(^|[ ,])max-age=[0-9]+") {
            set beresp.uncacheable = true;
            set beresp.ttl = 120s;
            return (deliver);
        }
        set beresp.ttl = std.duration(regsub(beresp.http.CDN-Cache-Control,
            "^(?:.*[ ,])?max-age=([0-9]+).*$", "\1s"), 0s) - beresp.age;
        set beresp.grace = 0s;
        if (beresp.http.CDN-Cache-Control ~ "(^|[ ,])stale-while-revalidate=[0-9]+") {
            set beresp.grace = std.duration(regsub(beresp.http.CDN-Cache-Control,
                "^(?:.*[ ,])?stale-while-revalidate=([0-9]+).*$", "\1s"), 0s);
        }
        set beresp.http.x-edge-swr = beresp.grace;
        set beresp.http.x-edge-swr = beresp.http.x-edge-swr + "s";
        if (beresp.http.CDN-Cache-Control ~ "(^|[ ,])stale-if-error=[0-9]+"
            && std.duration(regsub(beresp.http.CDN-Cache-Control,
                "^(?:.*[ ,])?stale-if-error=([0-9]+).*$", "\1s"), 0s) > beresp.grace) {
            set beresp.grace = std.duration(regsub(beresp.http.CDN-Cache-Control,
                "^(?:.*[ ,])?stale-if-error=([0-9]+).*$", "\1s"), 0s);
        }
        set beresp.keep = 0s;
        return (deliver);
    }
}

sub vcl_backend_error {
    if (bereq.is_bgfetch || bereq.http.x-edge-fresh) {
        return (abandon);
    }
}

sub vcl_deliver {
    # Cache-Status (RFC 9211): this cache's member stands last, being the one closest to the client.
    if (resp.http.Cache-Status) {
        set resp.http.Cache-Status = resp.http.Cache-Status + ", ";
    }
    set resp.http.Cache-Status = resp.http.Cache-Status + "varnish; " + req.http.x-edge-handling;
    if (req.http.x-edge-handling == "fwd=miss" && !obj.uncacheable && obj.ttl > 0s) {
        set resp.http.Cache-Status = resp.http.Cache-Status + "; stored";
    }
    if (!obj.uncacheable && req.http.x-edge-handling != "fwd=bypass") {
        # Rounded down, so that a stale page never looks fresh.
        if (obj.ttl < 0s) {
            set resp.http.Cache-Status = resp.http.Cache-Status + "; ttl=" + std.integer(duration = obj.ttl - 1s);
        } else {
            set resp.http.Cache-Status = resp.http.Cache-Status + "; ttl=" + std.integer(duration = obj.ttl);
        }
    }

    # Not for clients. A CDN in front of Varnish would need CDN-Cache-Control; it must then be purged too.
    unset resp.http.xkey;
    unset resp.http.x-edge-swr;
    unset resp.http.CDN-Cache-Control;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}

sub vcl_synth {
    if (resp.status >= 500 && req.http.x-edge-fresh) {
        # A fetch failed for which a stale page was passed over: stale-if-error allows it after all.
        unset req.http.x-edge-fresh;
        set req.http.x-edge-any = "1";
        return (restart);
    }
    if (req.method == "PURGE") {
        set resp.http.Content-Type = "text/plain; charset=utf-8";
        if (req.http.x-edge-purged) {
            set resp.http.xkey-purged = req.http.x-edge-purged;
        }
        unset resp.http.X-Varnish;
        set resp.body = resp.reason + {"
"};
        return (deliver);
    }
}
