/**
 * A person in front of the page without a program, started inside the client's namespace:
 * `node test/lab/by-hand-client.ts ORIGIN CODE`. Opens the page, runs what it asks for in a real shell,
 * pastes what comes of it, and sends it at the end. Prints the report's ID, and how many rounds it took.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

const [origin = "", code = ""] = process.argv.slice(2);
const address = `${origin}/a/${code}/by-hand?for=linux&lang=en`;
const CHARACTERS: Readonly<Record<string, string>> = { quot: '"', "#39": "'", lt: "<", gt: ">", amp: "&" };
const plain = (markup: string): string =>
  markup.replaceAll(/&(quot|#39|lt|gt|amp);/g, (_, name: string) => CHARACTERS[name] ?? "");

/** What the page's form sends again by itself. */
function formOf(page: string): FormData {
  const form = new FormData();
  for (const [, name = "", value = ""] of page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g))
    form.append(name, plain(value));
  return form;
}

async function post(form: FormData): Promise<Response> {
  // Pings take longer than a connection is kept.
  const headers = { origin, accept: "text/html", connection: "close" };
  const answer = await fetch(address, { method: "POST", body: form, headers, redirect: "manual" });
  if (answer.status > 303) throw new Error(`The page says ${answer.status}: ${await answer.text()}`);
  return answer;
}

let page = await (await fetch(address, { headers: { accept: "text/html", connection: "close" } })).text();
let rounds = 0;
for (; rounds < 10; rounds++) {
  const lines = plain(/data-first[^>]*>([^<]*)<\/code>/.exec(page)?.[1] ?? "");
  if (lines === "") break;
  const shown = lines.split("\n").map((line) => {
    // A terminal shows what is wrong where it happens.
    const { stdout } = spawnSync("sh", ["-c", `exec 2>&1; ${line}`], { encoding: "utf8" });
    return `user@pc:~$ ${line}\n${stdout}`;
  });
  const form = formOf(page);
  form.append("text", shown.join(""));
  page = await (await post(form)).text();
}
const last = formOf(page);
last.append("do", "send");
const [, reportId] = /\/r\/(\S+)$/.exec((await post(last)).headers.get("location") ?? "") ?? [];
console.log(`${reportId}\n${rounds} rounds`);
