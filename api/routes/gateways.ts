/** `/v1/gateways`: what is kept about a gateway, whichever case or report it is in. */
import { Hono } from "hono";
import { may } from "../auth/authorize.ts";
import { deleteGateway } from "../cases/delete-data.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "../http/context.ts";
import { isDone } from "./cases.ts";

/** The routes under `/v1/gateways`. */
export function gatewayRoutes(deps: Deps) {
  return new Hono<Env>().delete("/:gateway", may("admin"), async (c) => {
    const deleted = await deleteGateway(deps, c.req.param("gateway").trim());
    return c.json(deleted, isDone(deleted) ? 200 : 202);
  });
}
