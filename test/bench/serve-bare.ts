/** `serve-bare.ts PORT`: the bare service on Node and Deno, on the adapter that the service stands on. */
import process from "node:process";
import { createAdaptorServer } from "@hono/node-server";
import bare from "./bare-service.ts";

createAdaptorServer({ fetch: bare.fetch }).listen(Number(process.argv[2]), "127.0.0.1", () =>
  console.log("ready"),
);
