/** Where the objects are, as the operator says it. */
import { expect, test } from "vitest";
import { readS3Settings } from "../../api/runtime/s3-settings.ts";

const KEYS = { IKEFRAG_S3_ACCESS_KEY_ID: "AKIAEXAMPLE", IKEFRAG_S3_SECRET_ACCESS_KEY: "top/secret+key" };
const HOME = { ...KEYS, IKEFRAG_S3_ENDPOINT: "https://s3.example.com", IKEFRAG_S3_BUCKET: "ikefrag" };
const AWS = { ...KEYS, IKEFRAG_S3_REGION: "eu-central-1", IKEFRAG_S3_BUCKET: "ikefrag" };

test("without a setting there is no bucket, and an empty one is none", () => {
  expect(readS3Settings({ HOME: "/root", IKEFRAG_S3_BUCKET: "" })).toBeNull();
});

test("a server of one's own: its origin, and the bucket in the path", () => {
  expect(readS3Settings({ ...HOME, IKEFRAG_S3_PREFIX: "some/where", IKEFRAG_S3_SESSION_TOKEN: "t" })).toEqual(
    {
      endpoint: "https://s3.example.com",
      region: "us-east-1",
      bucket: "ikefrag",
      prefix: "some/where/",
      pathStyle: true,
      accessKeyId: "AKIAEXAMPLE",
      secretAccessKey: "top/secret+key",
      sessionToken: "t",
    },
  );
});

test("AWS by its region, and the bucket in the host's name", () => {
  expect(readS3Settings(AWS)).toMatchObject({
    endpoint: "https://s3.eu-central-1.amazonaws.com",
    region: "eu-central-1",
    prefix: "",
    pathStyle: false,
    sessionToken: null,
  });
  expect(
    readS3Settings({ ...AWS, IKEFRAG_S3_REGION: "cn-north-1", IKEFRAG_S3_PATH_STYLE: "on" }),
  ).toMatchObject({
    endpoint: "https://s3.cn-north-1.amazonaws.com.cn",
    pathStyle: true,
  });
});

const without = (name: keyof typeof HOME) =>
  Object.fromEntries(Object.entries(HOME).filter(([key]) => key !== name));
const WRONG: [what: string, given: Record<string, string>, said: string][] = [
  ["no key", without("IKEFRAG_S3_ACCESS_KEY_ID"), "IKEFRAG_S3_ACCESS_KEY_ID is missing"],
  ["no secret", without("IKEFRAG_S3_SECRET_ACCESS_KEY"), "IKEFRAG_S3_SECRET_ACCESS_KEY is missing"],
  ["no bucket", without("IKEFRAG_S3_BUCKET"), "IKEFRAG_S3_BUCKET is missing"],
  [
    "no place",
    without("IKEFRAG_S3_ENDPOINT"),
    "IKEFRAG_S3_ENDPOINT or, for AWS, IKEFRAG_S3_REGION has to say",
  ],
  ["a prefix alone", { IKEFRAG_S3_PREFIX: "a" }, "IKEFRAG_S3_BUCKET is missing"],
  [
    "an endpoint with a path",
    { ...HOME, IKEFRAG_S3_ENDPOINT: "https://s3.example.com/b" },
    "must be an origin",
  ],
  [
    "an endpoint with a password",
    { ...HOME, IKEFRAG_S3_ENDPOINT: "https://me:top/secret+key@s3.example.com" },
    "IKEFRAG_S3_ENDPOINT must be",
  ],
  ["no URL", { ...HOME, IKEFRAG_S3_ENDPOINT: "s3.example.com" }, "must be an http or https URL"],
  ["another scheme", { ...HOME, IKEFRAG_S3_ENDPOINT: "file:///etc" }, "must be an http or https URL"],
  ["plain http", { ...HOME, IKEFRAG_S3_ENDPOINT: "http://s3.example.com" }, "IKEFRAG_S3_PLAIN_HTTP=allowed"],
  [
    "http to a name that begins like loopback",
    { ...HOME, IKEFRAG_S3_ENDPOINT: "http://127.0.0.1.example.com" },
    "IKEFRAG_S3_PLAIN_HTTP=allowed",
  ],
  ["another word for plain http", { ...HOME, IKEFRAG_S3_PLAIN_HTTP: "yes" }, "can only be allowed"],
  [
    "a bucket that is a path",
    { ...HOME, IKEFRAG_S3_BUCKET: "a/../b" },
    "IKEFRAG_S3_BUCKET must have 3 to 63",
  ],
  ["a prefix that climbs", { ...HOME, IKEFRAG_S3_PREFIX: "a/../b" }, "IKEFRAG_S3_PREFIX must be names"],
  ["a region that is a host", { ...AWS, IKEFRAG_S3_REGION: "evil.example/" }, "IKEFRAG_S3_REGION must have"],
  [
    "neither on nor off",
    { ...HOME, IKEFRAG_S3_PATH_STYLE: "maybe" },
    "IKEFRAG_S3_PATH_STYLE must be on or off",
  ],
];
test.each(WRONG)("%s is refused, and no secret is quoted", (_, given, said) => {
  expect(() => readS3Settings(given)).toThrow(said);
  expect(() => readS3Settings(given)).toThrow(/^(?!.*top\/secret)Cannot start: /);
});

test.each(["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"])(
  "plain http stays on this machine: %s",
  (endpoint) => {
    expect(readS3Settings({ ...HOME, IKEFRAG_S3_ENDPOINT: endpoint })?.endpoint).toBe(endpoint);
    const far = { ...HOME, IKEFRAG_S3_ENDPOINT: "http://minio:9000", IKEFRAG_S3_PLAIN_HTTP: "allowed" };
    expect(readS3Settings(far)?.endpoint).toBe("http://minio:9000");
  },
);
