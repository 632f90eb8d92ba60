/** Forms with files, read as they arrive: cut anywhere, in pieces of any size, and by strangers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formBoundary, readForm } from "../../api/http/multipart.ts";
import { Problem } from "../../api/http/problem.ts";
import { concatBytes } from "../../shared/bytes/concat.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function* inPieces(whole: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

interface Read {
  name: string;
  fileName: string | null;
  content: Uint8Array;
}
async function readAll(body: AsyncIterable<Uint8Array>, boundary: string): Promise<Read[]> {
  const parts: Read[] = [];
  for await (const { name, fileName, body: content } of readForm(body, boundary)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk.slice());
    parts.push({ name, fileName, content: concatBytes(chunks) });
  }
  return parts;
}

async function encode(form: FormData): Promise<{ whole: Uint8Array; boundary: string }> {
  const response = new Response(form);
  const boundary = formBoundary(response.headers.get("content-type") ?? "");
  expect(boundary).not.toBeNull();
  return { whole: new Uint8Array(await response.arrayBuffer()), boundary: boundary ?? "" };
}

test("every form is read as it was written, in pieces of any size", async () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    // What looks like the end of a part.
    fc
      .array(fc.constantFrom("\r\n", "--", "\r", "\n", "-", "x", "\r\n--", "boundary"), { maxLength: 40 })
      .map((parts) => bytes(parts.join(""))),
  );
  const part = fc.record({
    name: fc.constantFrom("text", "gateway", "files"),
    fileName: fc.option(fc.constantFrom("a.pcap", 'quote".txt', "日本語.txt", "line\nbreak", "back\\slash")),
    content,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 6 }),
      fc.integer({ min: 1, max: 400 }),
      async (parts, size) => {
        const form = new FormData();
        for (const { name, fileName, content: data } of parts) {
          const file = new File([data as Uint8Array<ArrayBuffer>], fileName ?? "");
          if (fileName === null) form.append(name, "field");
          else form.append(name, file, fileName);
        }
        const { whole, boundary } = await encode(form);
        const read = await readAll(inPieces(whole, size), boundary);
        expect(read).toEqual(
          parts.map(({ name, fileName, content: data }) => ({
            name,
            fileName,
            content: fileName === null ? bytes("field") : new Uint8Array(data),
          })),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("where no file was chosen, its name is empty, and that of a field is none", async () => {
  const disposition = (rest: string) => `Content-Disposition: form-data; name="a"${rest}\r\n\r\n`;
  const form = `--b\r\n${disposition('; filename=""')}\r\n--b\r\n${disposition("")}\r\n--b--`;
  const parts = await readAll(inPieces(bytes(form), 9), "b");
  expect(parts.map(({ fileName }) => fileName)).toEqual(["", null]);
});

test("a part that nobody reads to its end is passed over", async () => {
  const form = new FormData();
  form.append("files", new File(["x".repeat(5_000)], "one"));
  form.append("files", new File(["y".repeat(5_000)], "two"));
  form.append("text", "last");
  const { whole, boundary } = await encode(form);
  const seen: string[] = [];
  for await (const { name, body } of readForm(inPieces(whole, 100), boundary)) {
    seen.push(name);
    for await (const _chunk of body) break;
  }
  expect(seen).toEqual(["files", "files", "text"]);
});

test("a form that ends anywhere before its end is said to be cut, and never read as whole", async () => {
  const form = new FormData();
  form.append("text", "some text\r\nof two lines");
  form.append("files", new File(["--\r\n--"], "one"));
  const { whole, boundary } = await encode(form);
  for (let end = 0; end < whole.length - 2; end++) {
    const cut = readAll(inPieces(whole.subarray(0, end), 7), boundary);
    await expect(cut, `cut at ${end}`).rejects.toThrow(Problem);
  }
});

test.each([
  ["no name", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"],
  ["a header without end", `--b\r\nX: ${"a".repeat(10_000)}`],
  ["headers without end", `--b\r\n${"X: a\r\n".repeat(100)}`],
  ["something behind a boundary", "--b what\r\n\r\n--b--"],
])("%s is refused", async (_what, form) => {
  await expect(readAll(inPieces(bytes(form), 50), "b")).rejects.toThrow(Problem);
});

test.each([
  ["multipart/form-data; boundary=abc", "abc"],
  ['multipart/form-data; charset=utf-8; boundary="a b;c"', "a b;c"],
  ["Multipart/Form-Data; Boundary=abc; x=y", "abc"],
  ["multipart/mixed; boundary=abc", null],
  ["multipart/form-data", null],
  ["application/x-www-form-urlencoded", null],
  ["", null],
])("the boundary of %s", (contentType, boundary) => {
  expect(formBoundary(contentType)).toBe(boundary);
});

test("a large file is handed on as it comes, and never held", async () => {
  const piece = new Uint8Array(64 * 1024).fill(13);
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield bytes('--b\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\n');
    for (; sent < 512; sent++) yield piece;
    yield bytes("\r\n--b--\r\n");
  }
  let most = 0;
  let received = 0;
  for await (const { body } of readForm(endless(), "b")) {
    for await (const chunk of body) {
      received += chunk.length;
      most = Math.max(most, sent * piece.length - received);
    }
  }
  expect(received).toBe(512 * piece.length);
  expect(most).toBeLessThan(2 * piece.length);
});
