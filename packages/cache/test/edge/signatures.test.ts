import { expect, test } from "vitest";
import { signAwsRequest } from "../../src/edge/purgers/aws-signature.ts";
import { edgeGridAuthorization } from "../../src/edge/purgers/edgegrid-signature.ts";

const AWS = {
  credentials: {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  },
  at: new Date("2015-08-30T12:36:00Z"),
};

test("AWS's published example of a signature is met", () => {
  const url = new URL("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08");
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const request = { method: "GET", url, headers, body: "" };
  const scope = { region: "us-east-1", service: "iam", at: AWS.at };
  expect(signAwsRequest(request, AWS.credentials, scope)).toEqual({
    ...headers,
    "x-amz-date": "20150830T123600Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  });
});

test("a query is signed in its canonical order", () => {
  const url = new URL("https://example.amazonaws.com/?Param2=value2&Param1=value1");
  const scope = { region: "us-east-1", service: "service", at: AWS.at };
  const signed = signAwsRequest(
    { method: "GET", url, headers: {}, body: "" },
    AWS.credentials,
    scope,
  );
  expect(signed.authorization).toMatch(
    /Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500$/,
  );
});

test("temporary credentials sign their session token", () => {
  const url = new URL("https://cloudfront.amazonaws.com/");
  const scope = { region: "us-east-1", service: "cloudfront", at: AWS.at };
  const credentials = { ...AWS.credentials, sessionToken: "session" };
  const signed = signAwsRequest({ method: "GET", url, headers: {}, body: "" }, credentials, scope);
  expect(signed["x-amz-security-token"]).toBe("session");
  expect(signed.authorization).toContain("SignedHeaders=host;x-amz-date;x-amz-security-token,");
});

test.each([
  ["GET", "/", "", "tL+y4hxyHxgWVD30X3pWnGKHcPzmrIF+LThiAOhMxYU="],
  ["GET", "/testapi/v1/t1?p1=1&p2=2", "", "hKDH1UlnQySSHjvIcZpDMbQHihTQ0XyVAKZaApabdeA="],
  [
    "POST",
    "/testapi/v1/t3",
    "datadatadatadatadatadatadatadata",
    "hXm4iCxtpN22m4cbZb4lVLW5rhX8Ca82vCFqXzSTPe4=",
  ],
])("Akamai's published example of %s %s is met", (method, path, body, signature) => {
  const url = new URL(`https://akaa-baseurl-xxxxxxxxxxx-xxxxxxxxxxxxx.luna.akamaiapis.net${path}`);
  const credentials = {
    clientToken: "akab-client-token-xxx-xxxxxxxxxxxxxxxx",
    clientSecret: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=",
    accessToken: "akab-access-token-xxx-xxxxxxxxxxxxxxxx",
  };
  const at = new Date("2014-03-21T19:34:21Z");
  expect(
    edgeGridAuthorization(
      { method, url, body },
      credentials,
      at,
      "nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    ),
  ).toBe(
    "EG1-HMAC-SHA256 client_token=akab-client-token-xxx-xxxxxxxxxxxxxxxx;" +
      "access_token=akab-access-token-xxx-xxxxxxxxxxxxxxxx;timestamp=20140321T19:34:21+0000;" +
      `nonce=nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx;signature=${signature}`,
  );
});
