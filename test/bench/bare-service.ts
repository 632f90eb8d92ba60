/**
 * What the service is measured against: the same framework with the same schema for the same bodies, and
 * nothing behind it. `node bare-service.ts PORT` serves it; in workerd it is the module's default export.
 */
import { Hono } from "hono";
import { PostRound } from "../../shared/schema/api.ts";

const app = new Hono()
  .post("/rounds", async (c) => {
    const parsed = PostRound.safeParse(await c.req.json());
    if (!parsed.success) return c.json({ error: "invalid" }, 400);
    return c.json({ status: "continue", measurements: parsed.data.measurements.length });
  })
  .get("/page", (c) => c.html("<!doctype html><title>page</title><p>Nothing is read for it.</p>"));

export default { fetch: app.fetch };
